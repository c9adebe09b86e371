import { readFileSync } from "node:fs";
import { counted, loadServer } from "@atelier-damir/pipeline";
import { readerRole, UserError } from "damir";
import { ownerAddress } from "./serve-address.js";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** Options of `damir serve load`. */
export interface ServeLoadOptions {
  url?: string;
  readerPasswordFile?: string;
  jobs?: number;
  json?: boolean;
}

/**
 * `damir serve load`: the tables of the store into a PostgreSQL server, for an event's teams to query together.
 * @throws UserError when there is no address, or the server can't be loaded: it keeps what it had
 */
export async function serveLoad(
  home: string,
  options: ServeLoadOptions,
  effects: TerminalEffects,
): Promise<void> {
  const url = ownerAddress(options.url, effects.env);
  const password = readerPassword(options.readerPasswordFile, effects.env);
  const progress = options.json ? new QuietProgress(effects) : new Progress(effects);
  try {
    const load = await loadServer(home, url, { readerPassword: password, jobs: options.jobs }, progress);
    progress.done();
    if (options.json) {
      effects.out(`${JSON.stringify(load, null, 2)}\n`);
      return;
    }
    const { server, tables, rows, unchanged, notes } = load;
    const kept = unchanged > 0 ? ` ${counted(unchanged, "fichier")} y étaient déjà.` : "";
    const copied =
      rows > 0
        ? `${counted(rows, "ligne")} chargées et vérifiées (lignes, valeurs et sommes de chaque colonne).`
        : "rien de nouveau à charger.";
    effects.out(
      [
        `${server} : ${counted(tables, "table")}, ${copied}${kept}`,
        ...notes.map((note) => `  ${note}`),
        `Dans les notebooks, avec le rôle qui ne fait que lire : DAMIR_URL=postgres://${readerRole}:MOTDEPASSE@${server.replace(/^.*@/, "")}`,
        "",
      ].join("\n"),
    );
  } finally {
    progress.done();
  }
}

/** The reader's password, which never stands on a command line: other users of the machine can read those. */
function readerPassword(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined) return env["DAMIR_READER_PASSWORD"];
  let password: string;
  try {
    password = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new UserError(`Le fichier du mot de passe ${file} ne se lit pas.`, { cause });
  }
  if (password === "") throw new UserError(`Le fichier du mot de passe ${file} est vide.`);
  return password;
}
