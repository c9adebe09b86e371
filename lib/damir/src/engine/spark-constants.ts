import type { SyntaxValue } from "../query/syntax-node.js";
import { text, untranslated } from "./spark-syntax.js";

/** A constant of the text in Spark's SQL. */
export function constant({ is_null: isNull, type, value }: SyntaxValue): string {
  if (isNull === true) return "NULL";
  const id = type?.id ?? "";
  switch (id) {
    case "VARCHAR":
      return text(String(value));
    case "BOOLEAN":
      return value === true ? "TRUE" : "FALSE";
    case "INTEGER":
    case "TINYINT":
    case "SMALLINT":
      return signed(String(value));
    case "BIGINT":
      return signed(`${String(value)}L`);
    case "HUGEINT":
      return signed(`${hugeInteger(value)}BD`);
    case "DECIMAL":
      return signed(`${decimal(value, type?.type_info?.scale ?? 0)}BD`);
    case "DOUBLE":
    case "FLOAT":
      return `CAST(${text(String(value))} AS DOUBLE)`;
  }
  throw untranslated(`une constante du type ${id}`, "écrivez-la comme un texte, avec CAST.");
}

function signed(number: string): string {
  return number.startsWith("-") ? `(${number})` : number;
}

function hugeInteger(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { upper = 0, lower = 0 } = value as { upper?: number | string; lower?: number | string };
  return ((BigInt(upper) << 64n) + BigInt(lower)).toString();
}

/** A decimal from its digits without the point. */
function decimal(value: unknown, scale: number): string {
  const whole = hugeInteger(value);
  if (scale === 0) return whole;
  const negative = whole.startsWith("-");
  const digits = (negative ? whole.slice(1) : whole).padStart(scale + 1, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const intervalUnits: Readonly<Record<string, string>> = {
  year: "YEAR",
  month: "MONTH",
  day: "DAY",
  hour: "HOUR",
  minute: "MINUTE",
  second: "SECOND",
};

/** An interval that one count and one unit say. */
export function interval(said: string): string {
  const [, count = "", unit = ""] =
    /^\s*(-?\d+)\s*(year|month|week|day|hour|minute|second)s?\s*$/i.exec(said) ?? [];
  if (unit.toLowerCase() === "week") return `INTERVAL '${Number(count) * 7}' DAY`;
  const known = intervalUnits[unit.toLowerCase()];
  if (known === undefined)
    throw untranslated(`INTERVAL '${said}'`, "écrivez INTERVAL '3 months', '1 year' ou '7 days'.");
  return `INTERVAL '${count}' ${known}`;
}
