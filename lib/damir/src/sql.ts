import { UserError } from "./user-error.js";

/** What a `${…}` of a query may hold: bound as a value, never written into the text. */
export type SqlValue = string | number | bigint | boolean | Date | null;

/** A piece of SQL with its bound values; it can stand inside another. */
export class SqlFragment {
  constructor(
    /** The text, with `$1`, `$2` … where the values go. */
    readonly text: string,
    readonly values: readonly SqlValue[],
  ) {}
}

/**
 * Builds a fragment from a template: values are bound, fragments are inserted with their own values.
 *
 * @example
 * const femmes = sql`ben_sex_cod = ${2}`;
 * sql`SELECT count(*) FROM damir WHERE ${femmes}`.text; // "SELECT count(*) FROM damir WHERE ben_sex_cod = $1"
 * @throws UserError when a value can't be bound
 */
export function sql(
  strings: TemplateStringsArray,
  ...parts: readonly (SqlValue | SqlFragment)[]
): SqlFragment {
  const values: SqlValue[] = [];
  let text = strings[0] ?? "";
  parts.forEach((part, index) => {
    if (part instanceof SqlFragment) {
      const offset = values.length;
      text += part.text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`);
      values.push(...part.values);
    } else {
      values.push(bindable(part, index + 1));
      text += `$${values.length}`;
    }
    text += strings[index + 1] ?? "";
  });
  return new SqlFragment(text, values);
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
  const shown =
    typeof value === "number"
      ? String(value)
      : Array.isArray(value)
        ? "un tableau"
        : `de type ${typeof value}`;
  throw new UserError(
    `La valeur n° ${position} de la requête est ${shown} : on attend un texte, un nombre, une date, un booléen, null ou un autre fragment sql\`…\`.`,
  );
}
