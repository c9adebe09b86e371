import { UserError } from "damir";

/** What may go better on its own: a busy server, a connection cut. Its message is French, a noun phrase. */
export class TransientFailure extends Error {
  override name = "TransientFailure";

  constructor(
    message: string,
    /** What the server asked to wait, in milliseconds. */
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A server that doesn't have, or no longer has, what is asked. */
export class NotPublished extends UserError {
  override name = "NotPublished";
}

/** A server that answers, and won't give what is asked in the way it is asked. */
export class RefusedAnswer extends UserError {
  override name = "RefusedAnswer";

  constructor(
    message: string,
    /** HTTP status of the answer. */
    readonly status: number,
  ) {
    super(message);
  }
}

const busyStatuses = new Set([408, 425, 429]);
/** Answers that no second try changes. */
const unknownToServer = new Set([501, 505]);

/**
 * What an HTTP status that isn't a success means.
 * @param url without anything secret
 * @param retryAfter header of that name
 */
export function failureOfStatus(
  status: number,
  url: string,
  retryAfter: string | undefined,
  now: Date,
): TransientFailure | UserError {
  const host = new URL(url).host;
  if (busyStatuses.has(status) || (status >= 500 && !unknownToServer.has(status))) {
    return new TransientFailure(
      `${host} répond ${status} (${status === 429 ? "trop de demandes" : "panne ou surcharge"})`,
      durationOf(retryAfter, now),
    );
  }
  switch (status) {
    case 404:
    case 410:
      return new NotPublished(
        `${host} n'a pas ce fichier (réponse ${status}) : ${shown(url)}. Il a pu être renommé ou retiré : cherchez-le sur la page du jeu de données puis importez-le avec « damir data add ».`,
      );
    case 401:
    case 403:
      return new RefusedAnswer(
        `${host} refuse de donner ce fichier (réponse ${status}) : ${shown(url)}. Essayez l'adresse dans un navigateur ; derrière un proxy d'entreprise, vérifiez qu'il autorise ce site. Un fichier que vous avez déjà s'importe avec « damir data add ».`,
        status,
      );
    case 407:
      return new UserError(
        "Le proxy demande de s'identifier. Donnez votre compte dans la variable HTTPS_PROXY (http://compte:motdepasse@proxy:port).",
      );
    default:
      return new RefusedAnswer(
        `${host} répond ${status}, ce qui n'est pas prévu, pour ${shown(url)}.`,
        status,
      );
  }
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function durationOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(date - now.getTime(), 0);
}

const cuts = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_INFO",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
  "UND_ERR_RESPONSE",
]);
const badCertificates = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS/;

/**
 * What an error of the network means; any other error comes back as it is.
 * @param proxied true when a proxy stands in between
 */
export function failureOfNetwork(error: unknown, url: string, proxied: boolean): unknown {
  if (!(error instanceof Error)) return error;
  const code = codeOf(error);
  const host = new URL(url).host;
  const way = proxied ? `${host} (par le proxy)` : host;
  const proxyStatus = /Proxy response \((\d+)\)/.exec(messagesOf(error))?.[1];
  if (proxyStatus === "407") return failureOfStatus(407, url, undefined, new Date(0));
  if (proxyStatus !== undefined && !proxyStatus.startsWith("5")) {
    return new UserError(
      `Le proxy refuse la connexion à ${host} (réponse ${proxyStatus}). Vérifiez HTTPS_PROXY et NO_PROXY, ou demandez que ce site soit autorisé.`,
      { cause: error },
    );
  }
  if (proxyStatus !== undefined)
    return new TransientFailure(`le proxy répond ${proxyStatus}`, undefined, { cause: error });
  if (badCertificates.test(code)) {
    return new UserError(
      `Le certificat de ${host} n'est pas reconnu (${code}). Derrière un proxy d'entreprise, donnez son certificat à Node.js : NODE_EXTRA_CA_CERTS=/chemin/certificat.pem.`,
      { cause: error },
    );
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new TransientFailure(
      `${way} est introuvable : pas de connexion à internet, ou un proxy à déclarer (HTTPS_PROXY)`,
      undefined,
      { cause: error },
    );
  }
  if (cuts.has(code) || code.startsWith("HPE_")) {
    return new TransientFailure(`la connexion à ${way} est coupée (${code})`, undefined, { cause: error });
  }
  return error;
}

function codeOf(error: Error): string {
  const { code, cause } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (code !== undefined) return code;
  return cause instanceof Error ? codeOf(cause) : "";
}

function messagesOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${messagesOf(error.cause)}` : error.message;
}

/** An address as people may see it: a session's token is worth nothing to them. */
export function shown(url: string): string {
  return url.replace(/([?&]token=)[^&]*/, "$1…");
}
