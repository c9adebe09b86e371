import { ServerConnection } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";

/** What an error says, in the person's language where it is one that the lab itself makes when its server is gone. */
export function failureText(error: unknown, trans: TranslationBundle): string {
  if (error instanceof ServerConnection.NetworkError) {
    return trans.__("le labo ne répond pas. Vérifiez qu'il tourne, puis réessayez.");
  }
  return error instanceof Error ? error.message : String(error);
}
