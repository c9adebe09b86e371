import { setTimeout as sleep } from "node:timers/promises";
import { watchServer } from "@atelier-damir/pipeline";
import { ownerAddress } from "./serve-address.js";
import type { TerminalEffects } from "./terminal.js";

/** Options of `damir serve watch`. */
export interface ServeWatchOptions {
  url?: string;
}

/**
 * `damir serve watch`: ends what readers run beyond their time, whatever their sessions say. Goes on until it is interrupted.
 * @throws UserError when there is no address, the server can't be entered, or the role may not end the queries of others
 */
export async function serveWatch(options: ServeWatchOptions, effects: TerminalEffects): Promise<void> {
  const url = ownerAddress(options.url, effects.env);
  const say = (text: string) => {
    effects.out(`${effects.now().toISOString().slice(11, 19)} ${text}\n`);
  };
  if (effects.interruption) {
    effects.interruption.message =
      "Les requêtes ne sont plus surveillées : chacun peut lever la limite de temps de ses sessions.";
  }
  effects.out(
    "Les requêtes qui dépassent le temps de leur rôle sont arrêtées. Ctrl-C arrête la surveillance.\n",
  );
  await watchServer(url, new AbortController().signal, {
    ended: ({ role, pid, seconds, what }) => {
      say(
        `${role} : ${what === "query" ? "requête arrêtée" : "session fermée"} après ${seconds} s (processus ${pid})`,
      );
    },
    unreachable: (reason) => {
      say(reason === undefined ? "Le serveur est revenu." : `${reason} Nouvel essai dans un instant.`);
    },
    wait: effects.wait ?? ((duration) => sleep(duration)),
  });
}
