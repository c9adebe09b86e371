/** A starter notebook, as its folder describes it. */
export interface Starter {
  /** Its folder's name, such as `01-densite-medicale`. */
  readonly slug: string;
  /** Its folder's path, from the root of the file browser. */
  readonly folder: string;
  readonly title: string;
  readonly question: string;
  readonly theme: string;
  /** Identifier of the hackathon's team it belongs to; empty for none. */
  readonly team: string;
  /** Names of the tables it reads. */
  readonly datasets: readonly string[];
  readonly level: string;
  /** Reading time, in minutes. */
  readonly minutes: number;
  readonly keywords: readonly string[];
}

/** A starter's folder: a number, then words. */
const slugPattern = /^\d{2}-[a-z0-9-]+$/;

/** Whether a folder's name is a starter's. */
export function isStarterSlug(name: string): boolean {
  return slugPattern.test(name);
}

/** Path of a starter's notebook, from the root of the file browser. */
export function notebookPath({ folder }: Pick<Starter, "folder">): string {
  return `${folder}/notebook.ipynb`;
}

/**
 * Slug of the starter that a path belongs to.
 * @example starterSlug("modeles/01-densite-medicale/notebook.ipynb") // "01-densite-medicale"
 */
export function starterSlug(path: string): string | undefined {
  const [name, folder] = path.split("/").reverse();
  return name === "notebook.ipynb" && folder !== undefined && isStarterSlug(folder) ? folder : undefined;
}

/** End of a starter's name where it is read: a fork's tab beside it begins with the same words. */
const shownEnd = ".modele.ipynb";

/**
 * Path under which a starter's notebook is shown where it is read: its name says which starter it is. Other paths are left as they are.
 * @example shownPath("01-densite-medicale/notebook.ipynb") // "01-densite-medicale/01-densite-medicale.modele.ipynb"
 */
export function shownPath(path: string): string {
  const slug = starterSlug(path);
  return slug === undefined ? path : path.replace(/[^/]*$/, `${slug}${shownEnd}`);
}

/** The path that {@link shownPath} was made from. */
export function storedPath(shown: string): string {
  const [name, folder] = shown.split("/").reverse();
  return folder !== undefined && isStarterSlug(folder) && name === `${folder}${shownEnd}`
    ? shown.replace(/[^/]*$/, "notebook.ipynb")
    : shown;
}

/**
 * Reads a `starter.json`. What is missing is empty rather than fatal: one incomplete file must not hide the other starters.
 * @param folder path of its folder
 * @param json text of the file
 * @throws {SyntaxError} when the text is not a JSON object
 */
export function parseStarter(folder: string, json: string): Starter {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError(`${folder}/starter.json : un objet JSON était attendu.`);
  }
  const fields = value as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  const list = (name: string) =>
    Array.isArray(fields[name])
      ? fields[name].filter((item): item is string => typeof item === "string")
      : [];
  const slug = folder.slice(folder.lastIndexOf("/") + 1);
  return {
    slug,
    folder,
    title: text("title") || slug,
    question: text("question"),
    theme: text("theme"),
    team: text("team"),
    datasets: list("datasets"),
    level: text("level"),
    minutes: typeof fields["minutes"] === "number" ? fields["minutes"] : 0,
    keywords: list("keywords"),
  };
}
