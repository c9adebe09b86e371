import type { Notebook } from "./check-report.js";

/** Who wrote a notebook and under which licence, as `authors` and `license` of its metadata say, or the options. */
export interface NotebookIdentity {
  author?: string;
  email?: string;
  licence?: string;
}

const named = (value: unknown, key: string): string | undefined => {
  if (typeof value === "string") return value.trim() || undefined;
  const inner: unknown =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof inner === "string" ? inner.trim() || undefined : undefined;
};

/**
 * The identity of a notebook: what the options say, else its metadata (`authors`: nbformat's list of `{ name, email }`; `license`: a
 * name or `{ name }`).
 */
export function identityOf({ metadata }: Notebook, options: NotebookIdentity = {}): NotebookIdentity {
  const authors = Array.isArray(metadata["authors"]) ? (metadata["authors"] as unknown[]) : [];
  const names = authors.flatMap((author) => named(author, "name") ?? []);
  const first = authors[0];
  const author = options.author ?? (names.length > 0 ? names.join(", ") : undefined);
  const email = options.email ?? (typeof first === "object" ? named(first, "email") : undefined);
  const licence = options.licence ?? named(metadata["license"], "name");
  return {
    ...(author === undefined ? {} : { author }),
    ...(email === undefined ? {} : { email }),
    ...(licence === undefined ? {} : { licence }),
  };
}
