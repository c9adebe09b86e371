import { UserError } from "../user-error.js";

/** A value that can be bound. */
export type SqlValue = string | number | bigint | boolean | Date | null;

/** What a `${…}` of a query may hold: a value or a list of values, bound and never written into the text, or a fragment. */
export type SqlPart = SqlValue | readonly SqlValue[] | SqlFragment;

/** A piece of SQL with its bound values; it can stand inside another. */
export class SqlFragment {
  /** The text, with `$1`, `$2` … where the values go. */
  readonly text: string;
  readonly values: readonly SqlValue[];
  readonly #strings: readonly string[];

  /**
   * @param strings the text around each value, as a template has it: one more than there are values
   */
  constructor(strings: readonly string[], values: readonly SqlValue[]) {
    this.#strings = strings;
    this.values = values;
    this.text = strings.reduce((text, piece, index) => `${text}$${index}${piece}`);
  }

  /** The text around each value. A fragment is inserted by its pieces: a `$1` within quotes is left alone. */
  get strings(): readonly string[] {
    return this.#strings;
  }
}

/** A name written as SQL: quoted, with its own quotes doubled. */
function id(...names: readonly [string, ...string[]]): SqlFragment {
  for (const name of names) {
    if (typeof name !== "string" || name.trim() === "" || name.includes("\0")) {
      throw new UserError(
        `sql.id attend le nom d'une colonne ou d'une table, pas ${typeof name === "string" ? JSON.stringify(name) : `une valeur de type ${typeof name}`}.`,
      );
    }
  }
  return new SqlFragment([names.map((name) => `"${name.replaceAll('"', '""')}"`).join(".")], []);
}

/** Values or fragments, one after the other, with commas between them. */
function list(items: readonly (SqlValue | SqlFragment)[]): SqlFragment {
  if (items.length === 0) {
    throw new UserError("sql.list a reçu une liste vide : une liste SQL a au moins un élément.");
  }
  const strings = ["", ...items.slice(1).map(() => ", "), ""];
  return template(strings, items);
}

/** The tag `` sql`…` ``, and what makes pieces that a bound value can't be. */
export interface Sql {
  (strings: TemplateStringsArray, ...parts: readonly SqlPart[]): SqlFragment;
  /**
   * The name of a column or of a table, chosen by the program: quoted, so that no name can be taken for code. Several names are
   * joined by points (`sql.id("d", "prs_nat")` is `"d"."prs_nat"`).
   *
   * @example
   * const axe = "ben_res_reg";
   * await damir.sql`SELECT ${sql.id(axe)}, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
   * @throws UserError when a name is empty
   */
  id(...names: readonly [string, ...string[]]): SqlFragment;
  /**
   * Values or fragments with commas between them: the columns of a SELECT, the values of an IN.
   *
   * @example
   * const axes = ["ben_res_reg", "age_ben_snds"].map((nom) => sql.id(nom));
   * await damir.sql`SELECT ${sql.list(axes)}, count(*) AS lignes FROM damir GROUP BY ${sql.list(axes)}`;
   * @throws UserError when the list is empty, or holds what can't be bound
   */
  list(items: readonly (SqlValue | SqlFragment)[]): SqlFragment;
}

/**
 * Builds a fragment from a template: values are bound, a list becomes `a, b, c` (for `IN (${liste})`), fragments are
 * inserted with their own values.
 *
 * @example
 * const femmes = sql`ben_sex_cod = ${2}`;
 * sql`SELECT count(*) FROM damir WHERE ${femmes} AND age_ben_snds IN (${[70, 80]})`.text;
 * // "SELECT count(*) FROM damir WHERE ben_sex_cod = $1 AND age_ben_snds IN ($2, $3)"
 * @throws UserError when a value can't be bound, or a list is empty
 */
export const sql: Sql = Object.assign(
  (strings: TemplateStringsArray, ...parts: readonly SqlPart[]) => {
    // Plain JavaScript, and a cell whose types aren't checked, may call it as a function.
    if (!Array.isArray(strings)) {
      throw new UserError(
        "sql s'écrit sans parenthèses, suivi de la requête entre accents graves : sql`SELECT …`, damir.sql`SELECT …`.",
      );
    }
    return template(strings, parts);
  },
  { id, list },
);

function template(strings: readonly string[], parts: readonly SqlPart[]): SqlFragment {
  const pieces: string[] = [strings[0] ?? ""];
  const values: SqlValue[] = [];
  const append = (text: string) => pieces.push((pieces.pop() ?? "") + text);
  parts.forEach((part, index) => {
    if (part instanceof SqlFragment) {
      const [first = "", ...others] = part.strings;
      append(first);
      pieces.push(...others);
      values.push(...part.values);
    } else if (isList(part)) {
      if (part.length === 0) {
        throw new UserError(
          `La liste n° ${index + 1} de la requête est vide : IN () n'a pas de sens en SQL.`,
        );
      }
      values.push(...part.map((value) => bindable(value, index + 1)));
      pieces.push(...part.slice(1).map(() => ", "), "");
    } else {
      values.push(bindable(part, index + 1));
      pieces.push("");
    }
    append(strings[index + 1] ?? "");
  });
  return new SqlFragment(pieces, values);
}

function isList(part: SqlPart): part is readonly SqlValue[] {
  return Array.isArray(part);
}

function bindable(value: unknown, position: number): SqlValue {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    throw new UserError(
      `La valeur n° ${position} de la requête est une date invalide : new Date("2025-01-31") en fait une valable.`,
    );
  }
  if (value === null || value instanceof Date) return value;
  switch (typeof value) {
    case "string":
    case "bigint":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
  }
  if (value === undefined) {
    throw new UserError(
      `La valeur n° ${position} de la requête n'est pas définie (undefined) : la variable est-elle remplie, et son nom juste ? Pour une valeur vide, écrivez null.`,
    );
  }
  if (typeof value === "object" && Symbol.iterator in value) {
    throw new UserError(
      `La valeur n° ${position} de la requête est un résultat, ou une liste de listes. Pour en prendre les valeurs : \${resultat.rows.map((ligne) => ligne.colonne)} ; pour l'interroger, mettez la requête elle-même, sans await : FROM (\${requete}) AS r ; ou faites-en une table : await damir.attach(resultat, { name: "ma_table" }).`,
    );
  }
  const shown = typeof value === "number" ? String(value) : `de type ${typeof value}`;
  throw new UserError(
    `La valeur n° ${position} de la requête est ${shown} : on attend un texte, un nombre, une date, un booléen, null, une liste de ceux-ci ou un autre fragment sql\`…\`.`,
  );
}
