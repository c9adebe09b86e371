import { counted, declareToSpark } from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** Options of `damir serve spark`. */
export interface ServeSparkOptions {
  url?: string;
  files?: string;
  json?: boolean;
}

/**
 * `damir serve spark`: declares the tables of the store to a Spark cluster, over the same files.
 * @throws UserError when there is no address, the cluster can't be reached, or doesn't see the files
 */
export async function serveSpark(
  home: string,
  options: ServeSparkOptions,
  effects: TerminalEffects,
): Promise<void> {
  const url = options.url ?? effects.env["DAMIR_URL"];
  if (url === undefined || !url.startsWith("sc://")) {
    throw new UserError(
      "Quel cluster ? Donnez son adresse : --url sc://SERVEUR:15002, ou la variable DAMIR_URL. Le jeton se met plutôt dans la variable SPARK_CONNECT_AUTHENTICATE_TOKEN : une option se lit dans la liste des programmes.",
    );
  }
  const progress = options.json ? new QuietProgress(effects) : new Progress(effects);
  try {
    const declaration = await declareToSpark(home, url, options.files, progress);
    progress.done();
    const { server, tables, rows } = declaration;
    effects.out(
      options.json
        ? `${JSON.stringify(declaration, null, 2)}\n`
        : `${server} : ${counted(tables, "table")} déclarées, ${counted(rows, "ligne")} comptées par le cluster comme dans le manifeste.\nDans les notebooks : DAMIR_URL=sc://${server}\n`,
    );
  } finally {
    progress.done();
  }
}
