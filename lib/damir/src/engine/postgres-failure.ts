import { UserError } from "../user-error.js";

/** What the server, the network or the client says, by its code. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** What pg says without a code when the server goes away. */
const lostMessages = /^Connection terminated|Client has encountered a connection error|Client was closed/;

const lostCodes = new Set(["ECONNRESET", "EPIPE", "57P01", "57P02", "57P05", "08003", "08006", "25P03"]);

/**
 * True when the connection is gone, whatever the query was.
 * @internal
 */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && (lostCodes.has(codeOf(error)) || lostMessages.test(error.message));
}

/** The error of a connection that was lost while a query ran. */
export function lostConnection(shown: string, cause: unknown): UserError {
  return new UserError(
    `La connexion au serveur ${shown} a été perdue pendant la requête. Relancez la cellule : elle s'y reconnecte d'elle-même.`,
    { cause },
  );
}

/**
 * Why a server doesn't let in, in French. It never quotes the password: neither PostgreSQL nor its client do.
 * @param shown the server, as {@link readServerAddress} shows it
 * @internal
 */
export function explainConnection(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new UserError(`Pas de connexion au serveur ${shown}. ${reason}`, { cause: error });
}

function reasonOf(error: Error): string | undefined {
  const { message } = error;
  switch (codeOf(error)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return "Aucun PostgreSQL n'y répond : vérifiez l'adresse et le port, et qu'il est démarré.";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "Ce nom de serveur n'est pas connu : vérifiez-le, et le réseau.";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "Il est hors d'atteinte : vérifiez le réseau, ou un pare-feu entre vous et lui.";
    case "28P01":
      return "Le mot de passe ou le rôle n'est pas le bon : reprenez l'adresse que l'organisateur vous a donnée.";
    case "28000":
      return `Le serveur n'accepte pas ce rôle depuis cette machine (pg_hba.conf) : demandez à qui le tient. (${message})`;
    case "3D000":
      return "Cette base n'y existe pas : vérifiez la fin de l'adresse.";
    case "53300":
      return "Trop de connexions sont ouvertes : fermez des notebooks (menu Noyau, Arrêter), ou réessayez dans un instant.";
    case "57P03":
      return "Il démarre ou s'arrête : réessayez dans un instant.";
  }
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0] as Error);
  if (/timeout/i.test(message)) return "Il ne répond pas : vérifiez l'adresse, le réseau, un pare-feu.";
  if (/password must be a string/.test(message))
    return "Il demande un mot de passe, et l'adresse n'en a pas : postgres://ROLE:MOTDEPASSE@SERVEUR/BASE.";
  if (/does not support SSL/.test(message))
    return "Il n'a pas de liaison chiffrée : enlevez sslmode de l'adresse, si le réseau est de confiance.";
  if (isConnectionLost(error)) return "Il a fermé la connexion aussitôt : réessayez dans un instant.";
  if (/certificate|self.signed|SSL/i.test(message))
    return `Son certificat n'est pas reconnu : donnez celui de son autorité (sslrootcert=FICHIER dans l'adresse, ou NODE_EXTRA_CA_CERTS). (${message})`;
  return undefined;
}
