import { serveFiles } from "@atelier-damir/pipeline";
import type { TerminalEffects } from "./terminal.js";

/** Options of `damir serve files`. */
export interface ServeFilesOptions {
  host?: string;
  port: number;
}

/**
 * `damir serve files`: the store over HTTP, for those who prefer their own machine. Goes on until it is interrupted.
 * @throws UserError when there is nothing to serve, or the port can't be had
 */
export async function serveStoreFiles(
  home: string,
  options: ServeFilesOptions,
  effects: TerminalEffects,
): Promise<void> {
  const { addresses } = await serveFiles(home, options, ({ path, status }) => {
    effects.err(`${effects.now().toISOString().slice(11, 19)} ${status} ${path}\n`);
  });
  if (effects.interruption) effects.interruption.message = "Le magasin n'est plus servi.";
  effects.out(
    [
      "Le magasin est servi, en lecture seule, à qui atteint cette machine (ce sont des données ouvertes : sans mot de passe).",
      "Sur les autres machines :",
      ...addresses.map((address) => `  npx damir data pull --from ${address}`),
      "Ctrl-C arrête.",
      "",
    ].join("\n"),
  );
}
