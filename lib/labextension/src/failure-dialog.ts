import { showErrorMessage } from "@jupyterlab/apputils";
import { ServerConnection } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { failureText } from "./failure-text.js";

/**
 * Tells a person that what they asked for has failed: what, why, and what they can do.
 * @param what what failed, as a title
 */
export async function showFailure(what: string, error: unknown, trans: TranslationBundle): Promise<void> {
  const text = failureText(error, trans);
  const sentence = `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}`;
  // With the lab gone, the page is the only place where unsaved work still is.
  const kept =
    error instanceof ServerConnection.NetworkError
      ? ` ${trans.__("Rien n'est perdu de ce qui est ouvert ici : ne fermez pas cette page avant d'avoir pu enregistrer.")}`
      : "";
  await showErrorMessage(what, sentence + kept);
}
