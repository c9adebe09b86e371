/** What a failed step tells the user. Messages are French: what happened, where, what to do. */

/** A failure the user can mend: printed without a stack. */
export class StartError extends Error {
  /** @override */
  name = "StartError";
}

/** Signs of a known cause in what a tool printed, most specific first. */
const causes = [
  {
    sign: /ENOSPC|No space left on device|disk quota exceeded/i,
    advice:
      "Le disque est plein. L'installation demande environ 2 Go dans le dossier du projet : libérez de la place, puis relancez la même commande.",
  },
  {
    sign: /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERTIFICATE_VERIFY_FAILED/i,
    advice:
      "Le certificat du serveur de paquets n'est pas reconnu (proxy d'entreprise ?). Indiquez le certificat de votre organisation : NODE_EXTRA_CA_CERTS=/chemin/ca.pem et PIP_CERT=/chemin/ca.pem, puis relancez.",
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network request|NewConnectionError|Temporary failure in name resolution|Failed to establish a new connection|Read timed out|ConnectTimeout|ERR_SOCKET_TIMEOUT/i,
    advice:
      "Le serveur de paquets n'a pas répondu. Vérifiez la connexion à Internet (derrière un proxy : variables HTTP_PROXY et HTTPS_PROXY), puis relancez la même commande ; ce qui est fait n'est pas refait.",
  },
  {
    sign: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i,
    advice:
      "Le dossier du projet n'est pas modifiable par votre compte. Placez-le dans un dossier à vous, puis relancez.",
  },
  {
    sign: /do not match the hashes|THESE PACKAGES DO NOT MATCH|EINTEGRITY/i,
    advice:
      "Un paquet reçu n'est pas celui qui est attendu (empreinte différente) : il a été refusé. Relancez ; si cela persiste, un proxy modifie les téléchargements.",
  },
  {
    sign: /No matching distribution found|requires a different Python/i,
    advice:
      "Un paquet Python n'existe pas pour votre version de Python. Installez Python 3.10 à 3.14, indiquez-le par PYTHON=/chemin/python3, puis relancez.",
  },
];

/**
 * Names the cause of a failed step from what its tool printed.
 * @param {string} output what the tool printed
 * @returns {string} an advice in French, a general one where the cause isn't known
 */
export function adviceFor(output) {
  return (
    causes.find(({ sign }) => sign.test(output))?.advice ??
    "La cause n'est pas reconnue : lisez le journal ci-dessous, puis relancez la même commande ; ce qui est fait n'est pas refait."
  );
}

/**
 * The last lines of an output, for a message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 12) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
