/** How the texts of a column are read as values. */
export interface ColumnForm {
  /** SQL type of the column. */
  type: string;
  /** What is said of it where it isn't plain, in French. */
  remark: string;
  /** The expression that reads it. */
  expression: string;
}

/** Names of columns whose numbers are codes: with their leading zeros, and never added. */
const codeNames =
  /(^|_)(dep|dept|departement|departements|cpam|caisse|insee|commune|finess|siren|siret|serie|cp|code_postal|num_acc)(_|$)/;

const spaces = "[\\s\\x{00A0}\\x{202F}]";

/** What is counted of each column to know its form, by name. */
const counts = {
  filled: (text: string) => `count(${text})`,
  integers: (text: string) => `count_if(regexp_full_match(${text}, '-?(0|[1-9]\\d{0,17})'))`,
  points: (text: string) => `count_if(regexp_full_match(${text}, '-?(0|[1-9]\\d*)?(\\.\\d+)?'))`,
  // A number by itself, or with its thousands apart.
  commas: (text: string) =>
    `count_if(regexp_full_match(${text}, '-?(0|[1-9]\\d{0,2}((${spaces}|\\.)\\d{3})+|[1-9]\\d*)?(,\\d+)?'))`,
  decimals: (text: string) => `coalesce(max(length(regexp_extract(${text}, '[.,](\\d+)$', 1))), 0)`,
  digits: (text: string) => `coalesce(max(length(regexp_replace(${text}, '[.,]\\d+$|[^\\d]', '', 'g'))), 0)`,
  anyComma: (text: string) => `count_if(contains(${text}, ','))`,
  days: (text: string) =>
    `count_if(regexp_full_match(${text}, '\\d{4}-\\d\\d-\\d\\d') AND try_cast(${text} AS DATE) IS NOT NULL)`,
  frenchDays: (text: string) =>
    `count_if(regexp_full_match(${text}, '\\d\\d/\\d\\d/\\d{4}') AND try_strptime(${text}, '%d/%m/%Y') IS NOT NULL)`,
  instants: (text: string) =>
    `count_if(regexp_full_match(${text}, '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d.*') AND try_cast(${text} AS TIMESTAMP) IS NOT NULL)`,
} as const;

type Counts = Readonly<Record<keyof typeof counts, number>>;

/** The names of what {@link formExpressions} counts, in order. */
const countNames = Object.keys(counts) as (keyof typeof counts)[];

/** A column's text without the spaces around it, null where nothing is left. */
function textOf(column: string): string {
  return `nullif(trim("${column}"), '')`;
}

/** What to select, over all the rows, to know the form of some columns of text. */
export function formExpressions(columns: readonly string[]): string[] {
  return columns.flatMap((column) => countNames.map((name) => counts[name](textOf(column))));
}

/**
 * The forms of some columns of text: French numbers and dates become numbers and dates, codes with a leading zero stay texts.
 * @param counted values of {@link formExpressions}, in order
 */
export function columnForms(columns: readonly string[], counted: readonly number[]): ColumnForm[] {
  return columns.map((column, index) => {
    const from = index * countNames.length;
    const entries = countNames.map((name, offset) => [name, counted[from + offset] ?? 0] as const);
    return formOf(column, Object.fromEntries(entries) as Counts);
  });
}

function formOf(column: string, found: Counts): ColumnForm {
  const text = textOf(column);
  const { filled } = found;
  const plainText = { type: "VARCHAR", remark: "", expression: text };
  if (filled === 0) return { ...plainText, remark: "vide" };
  if (codeNames.test(column)) return { ...plainText, remark: "gardé en texte : ce sont des codes" };
  if (found.integers === filled) {
    return { type: "BIGINT", remark: "", expression: `CAST(${text} AS BIGINT)` };
  }
  if (found.days === filled) return { type: "DATE", remark: "", expression: `CAST(${text} AS DATE)` };
  if (found.frenchDays === filled) {
    return {
      type: "DATE",
      remark: "jj/mm/aaaa",
      expression: `CAST(strptime(${text}, '%d/%m/%Y') AS DATE)`,
    };
  }
  if (found.instants === filled) {
    return { type: "TIMESTAMP", remark: "", expression: `CAST(${text} AS TIMESTAMP)` };
  }
  if (found.points === filled && found.anyComma === 0) return decimalForm(text, text, found, "");
  if (found.commas === filled) {
    const number = `replace(regexp_replace(${text}, '${spaces}|\\.', '', 'g'), ',', '.')`;
    return decimalForm(text, number, found, found.anyComma > 0 ? "virgule décimale" : "milliers séparés");
  }
  return plainText;
}

/** Money stays exact: a decimal, where its digits fit in one. */
function decimalForm(text: string, number: string, { decimals, digits }: Counts, remark: string): ColumnForm {
  // An identifier rather than a quantity.
  if (decimals === 0 && digits > 18) return { type: "VARCHAR", remark: "", expression: text };
  if (decimals === 0) {
    return { type: "BIGINT", remark, expression: `CAST(${number} AS BIGINT)` };
  }
  const type = decimals <= 6 && digits + decimals <= 18 ? `DECIMAL(18,${decimals})` : "DOUBLE";
  return { type, remark, expression: `CAST(${number} AS ${type})` };
}
