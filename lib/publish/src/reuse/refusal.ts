import { UserError } from "damir";
import { ZodError } from "zod";
import type { DatagouvSite } from "./site.js";
import { LostConnection, type ApiAnswer } from "./transport.js";

/** The API said no. What it says is in the language it likes: only its status and the keys of `errors` are relied upon. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  /** What is wrong, by field. */
  readonly fields: ReadonlyMap<string, string>;
  /** What the server says of it all; often nothing. */
  readonly said: string;

  constructor({ status, body }: ApiAnswer) {
    super(`status ${status}`);
    this.status = status;
    const { errors, message } =
      typeof body === "object" && body !== null
        ? (body as { errors?: unknown; message?: unknown })
        : { errors: undefined, message: undefined };
    this.fields = new Map(
      typeof errors === "object" && errors !== null
        ? Object.entries(errors).map(([field, text]) => [field, textOf(text)])
        : [],
    );
    this.said = typeof message === "string" ? plain(message) : "";
  }

  /** Whether the same request may succeed later. */
  get transient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Whether nothing says that the request was refused: it may even have been done. */
export function isUncertain(error: unknown): boolean {
  return error instanceof LostConnection || (error instanceof Refusal && error.transient);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return plain(value);
  if (Array.isArray(value)) return value.map(textOf).join(" ; ");
  return plain(JSON.stringify(value));
}

/** What a server says, fit for a terminal: control characters could rewrite what it shows. */
function plain(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 500);
}

const frenchFields: Record<string, string> = {
  title: "titre",
  description: "description",
  url: "adresse de la page",
  type: "type",
  topic: "thématique",
  tags: "mots-clés",
  datasets: "jeux de données",
  organization: "organisation",
  image: "image",
  file: "image",
  extras: "compléments",
};

/**
 * What went wrong with the API, in French, with what to do.
 * @param doing what was being done, as in « la création de la fiche »
 * @param state what is left on the site, a sentence
 */
export function explained(error: unknown, doing: string, state: string, site: DatagouvSite): unknown {
  const name = new URL(site.web).host;
  const again = "relancez la même commande : elle reprend la même fiche, sans en faire une seconde";
  if (error instanceof LostConnection) {
    return new UserError(
      `${name} n'a pas répondu pendant ${doing}. ${state} Vérifiez votre connexion (et votre proxy, HTTPS_PROXY), puis ${again}.`,
      { cause: error },
    );
  }
  if (error instanceof ZodError) {
    return new UserError(
      `${name} a répondu autre chose que ce que son API promet pendant ${doing}. ${state} Un proxy répond peut-être à sa place ; sinon attendez un peu, puis ${again}.`,
      { cause: error },
    );
  }
  if (!(error instanceof Refusal)) return error;
  const said = error.said === "" ? "" : ` Ce que dit le site : « ${error.said} »`;
  return new UserError(
    `${name} a refusé ${doing} (${error.status}) : ${reasonOf(error, site, again)}. ${state}${said}`,
    {
      cause: error,
    },
  );
}

function reasonOf({ status, fields }: Refusal, site: DatagouvSite, again: string): string {
  switch (status) {
    case 400: {
      const faults = [...fields].map(([field, text]) => `${frenchFields[field] ?? field} : ${text}`);
      return faults.length > 0
        ? `${faults.join(" ; ")}. Corrigez, puis ${again}`
        : `quelque chose ne lui convient pas. Relisez ce qui est envoyé avec --dry-run`;
    }
    case 401:
      return `votre clé n'est pas valable, ou a été révoquée, ou a expiré. Faites-en une autre sur ${site.web}admin/me/profile (« Clés d'API »)${site.demo ? ", avec votre compte du site de démonstration, qui n'est pas celui du vrai site" : ""}, donnez-la par ${site.demo ? "DATAGOUV_DEMO_API_KEY" : "DATAGOUV_API_KEY"} (si vous en aviez gardé une, elle est dans ~/.config/atelier-damir : supprimez ce fichier, et la commande en redemandera une), puis ${again}`;
    case 403:
      return `votre compte n'en a pas le droit. La fiche est peut-être à quelqu'un d'autre ; pour publier au nom d'une organisation (--organization), il faut en être membre : demandez-le à ses administrateurs`;
    case 404:
      return "il ne trouve pas ce qui est demandé. La fiche, le jeu de données ou l'organisation a pu être retiré ; vérifiez-le sur le site";
    case 410:
      return `ce qui est demandé y a été supprimé. Si c'est votre fiche, vous pouvez la rétablir avec --restore`;
    case 413:
      return "l'image est trop lourde. Choisissez-en une plus petite (4 Mo au plus)";
    case 415:
      return "il n'accepte pas ce genre de contenu. L'image doit être un PNG, un JPEG ou un WebP";
    case 423:
      return `il est pour le moment en lecture seule, pour se protéger des messages indésirables. Ce n'est pas votre fait : attendez une heure ou un jour, puis ${again}`;
    case 429:
      return `trop de demandes à la fois. Attendez quelques minutes, puis ${again}`;
    default:
      return status >= 500
        ? `le site est en panne ou surchargé. Attendez quelques minutes, puis ${again}`
        : status >= 300 && status < 400
          ? "il renvoie à une autre adresse, qui n'est pas suivie pour que votre clé n'aille pas ailleurs. Vérifiez votre proxy"
          : `il ne dit pas pourquoi. Relisez ce qui est envoyé avec --dry-run`;
  }
}
