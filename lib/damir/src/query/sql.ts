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
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlPart[]): SqlFragment {
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
  if (value === null || value instanceof Date) return value;
  switch (typeof value) {
    case "string":
    case "bigint":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
  }
  const shown = typeof value === "number" ? String(value) : `de type ${typeof value}`;
  throw new UserError(
    `La valeur n° ${position} de la requête est ${shown} : on attend un texte, un nombre, une date, un booléen, null, une liste de ceux-ci ou un autre fragment sql\`…\`.`,
  );
}
