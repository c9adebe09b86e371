import { ServerConnection } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";

/**
 * What an error says, in the person's language where it is one that the lab itself makes: its server is gone, refuses or fails.
 * @param error what was thrown; one of the extension's own is in the person's language already
 */
export function failureText(error: unknown, trans: TranslationBundle): string {
  if (error instanceof ServerConnection.NetworkError) {
    return trans.__("le labo ne répond pas. Vérifiez qu'il tourne, puis réessayez.");
  }
  if (error instanceof ServerConnection.ResponseError) return refusalText(error, trans);
  return error instanceof Error ? error.message : String(error);
}

/** What the server's refusals mean: https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html. */
function refusalText(
  { response, message }: ServerConnection.ResponseError,
  trans: TranslationBundle,
): string {
  const { status } = response;
  const path = decodeURIComponent(new URL(response.url, document.baseURI).pathname).replace(
    /^.*\/api\/contents\//,
    "",
  );
  switch (status) {
    case 401:
    case 403:
      return trans.__(
        "le labo ne reconnaît plus cette page : il a sans doute redémarré. Ouvrez dans un autre onglet l'adresse qu'il a affichée en démarrant, puis réessayez ici.",
      );
    case 404:
      return trans.__(
        "« %1 » n'est plus là : le fichier a été renommé, déplacé ou supprimé. Actualisez la page, puis réessayez.",
        path,
      );
    default:
      return trans.__(
        "le labo a répondu par une erreur (%1 : %2). Réessayez ; si elle revient, le terminal du labo en dit la cause.",
        status,
        message,
      );
  }
}
