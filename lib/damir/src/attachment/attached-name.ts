import { basename } from "node:path";
import { UserError } from "../user-error.js";

/**
 * A name that SQL takes without quotes: in lower case, without accents, words joined by `_`.
 *
 * @example
 * plainName("Département n° 2"); // "departement_n_2"
 */
export function plainName(text: string): string {
  const name = text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(name) ? `c_${name}` : name;
}

/** The columns' names for SQL, each once: `montant`, `montant_2`; what has no name is numbered. */
export function plainColumnNames(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  return titles.map((title, index) => {
    const wanted = plainName(title) || `colonne_${index + 1}`;
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  });
}

/**
 * The name of a file's table: that of the file, without its folder and endings.
 * @throws UserError when nothing of it can be a name
 */
export function tableNameOf(path: string): string {
  const name = plainName(
    basename(path)
      .replace(/\.gz$/i, "")
      .replace(/\.[^.]*$/, ""),
  );
  if (name !== "") return name;
  throw new UserError(
    `Le fichier ${path} n'a pas de nom dont faire celui d'une table. Donnez-en un : damir.attach(fichier, { name: "ma_table" }).`,
  );
}
