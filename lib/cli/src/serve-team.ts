import { defaultTeamLimits, removeTeam, setUpTeam, type TeamLimits } from "@atelier-damir/pipeline";
import { ownerAddress } from "./serve-address.js";
import type { TerminalEffects } from "./terminal.js";

/** Options of `damir serve team`. */
export interface ServeTeamOptions extends Partial<TeamLimits> {
  url?: string;
  newPassword?: boolean;
  remove?: boolean;
  json?: boolean;
}

/**
 * `damir serve team`: one role a team on the shared server, which reads and can do nothing else. Its password is shown once, here.
 * @throws UserError when there is no address, the server can't be entered or holds no data yet, or the team to remove isn't there
 */
export async function serveTeam(
  name: string,
  options: ServeTeamOptions,
  effects: TerminalEffects,
): Promise<void> {
  const url = ownerAddress(options.url, effects.env);
  if (options.remove) {
    const removed = await removeTeam(url, name);
    if (options.json) effects.out(`${JSON.stringify(removed, null, 2)}\n`);
    else effects.out(lines(`${removed.role} n'entre plus sur le serveur.`, ...removed.notes));
    return;
  }
  const { connections, seconds, memory, disk } = { ...defaultTeamLimits, ...options };
  const team = await setUpTeam(url, name, { connections, seconds, memory, disk }, options.newPassword);
  if (options.json) {
    effects.out(`${JSON.stringify(team, null, 2)}\n`);
    return;
  }
  effects.out(
    lines(
      `${team.role} lit les données, et rien d'autre : ${connections} connexions à la fois, ${seconds} s par requête, ${memory} Mo de mémoire par tri.`,
      ...team.notes,
      team.password === undefined
        ? "Son mot de passe n'a pas changé ; pour un autre : --new-password."
        : "Donnez cette adresse à l'équipe ; son mot de passe n'est montré qu'une fois :",
      `DAMIR_URL=${team.address}`,
    ),
  );
}

function lines(...parts: string[]): string {
  return `${parts.join("\n")}\n`;
}
