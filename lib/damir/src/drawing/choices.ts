import { categoryOf } from "./category.js";
import { namedColumn } from "./columns-drawn.js";
import type { VegaRow } from "./rows.js";
import { UserError } from "../user-error.js";

/** A choice left to the reader: a drop-down or a slider under the drawing, which shows the rows of one value of a column. */
export interface Choice {
  /** Column whose values are chosen among. */
  column: string;
  /** What stands before the input. Default: the dictionary's label, else the column's name. */
  label?: string;
  /** `list` (the default), `radio`, or `slider` for numbers at even steps, such as years. */
  input?: "list" | "radio" | "slider";
  /** Value shown first, and in the PNG. Default: the last of numbers and dates, the first of texts. */
  initial?: string | number;
}

/** The choices of a drawing, as Vega-Lite parameters bound to inputs: they work in a shared HTML page as they do here. */
export interface Choices {
  readonly columns: readonly string[];
  /** Vega-Lite's variable parameters. */
  readonly params: readonly VegaRow[];
  /** Transforms that keep the rows of what is chosen. */
  readonly filters: readonly VegaRow[];
  /** Vega expression of what is chosen, in words; undefined without choices. */
  readonly said: string | undefined;
  /** What is chosen first, in words. */
  readonly saidFirst: string;
  /** The rows of each possible choice. */
  groups(rows: readonly VegaRow[]): VegaRow[][];
  /** The rows of what is chosen first. */
  first(rows: readonly VegaRow[]): VegaRow[];
}

/** Name under which the rows of a drawing keep a column that identifies them: choices and links filter on it. */
export function keyField(column: string): string {
  const plain = column.normalize("NFD").replace(/[^A-Za-z0-9_]/g, "_");
  return `cle_${plain}`;
}

/** The values of some columns of a row, under the names that choices and links filter on. */
export function keysOf(row: VegaRow, columns: readonly string[]): VegaRow {
  return Object.fromEntries(columns.map((column) => [keyField(column), row[column] ?? null]));
}

interface Prepared {
  column: string;
  param: VegaRow;
  name: string;
  title: string;
  values: unknown[];
  labels: string[];
  initial: unknown;
}

/**
 * Prepares the choices of a drawing.
 * @throws UserError when a column isn't there, holds more than 200 values, or isn't fit for a slider
 */
export function choicesOf(rows: readonly VegaRow[], choices: readonly Choice[] = []): Choices {
  const prepared = choices.map((choice) => prepare(rows, choice));
  const said = prepared.map(({ name, title, values, labels }) => {
    const names = Object.fromEntries(values.map((value, index) => [String(value), labels[index] ?? ""]));
    return `${JSON.stringify(`${title} : `)} + ${JSON.stringify(names)}[${name}]`;
  });
  const isFirst = (row: VegaRow) => prepared.every(({ column, initial }) => row[column] === initial);
  return {
    columns: prepared.map(({ column }) => column),
    params: prepared.map(({ param }) => param),
    filters: prepared.map(({ column, name }) => ({ filter: `datum.${keyField(column)} === ${name}` })),
    said: said.length === 0 ? undefined : said.join(" + ', ' + "),
    saidFirst: prepared
      .map(({ title, values, labels, initial }) => `${title} : ${labels[values.indexOf(initial)] ?? ""}`)
      .join(", "),
    groups: (all) => {
      const groups = new Map<string, VegaRow[]>();
      for (const row of all) {
        const key = JSON.stringify(prepared.map(({ column }) => row[column]));
        const group = groups.get(key);
        if (group) group.push(row);
        else groups.set(key, [row]);
      }
      return [...groups.values()];
    },
    first: (all) => all.filter(isFirst),
  };
}

const mostValues = 200;

function prepare(rows: readonly VegaRow[], choice: Choice): Prepared {
  const column = namedColumn(rows, "choices", choice.column);
  const category = categoryOf(column);
  const values = [...new Set(rows.flatMap((row) => row[column] ?? []))].sort(compare);
  if (values.length === 0 || values.length > mostValues) {
    throw new UserError(
      `La colonne « ${column} » a ${values.length} valeurs : une liste de choix en veut de 1 à ${mostValues}.`,
    );
  }
  const labels = values.map((value) => category.labelOf(value));
  const fallback =
    typeof values[0] === "string" && !/^\d{4}-\d\d/.test(values[0]) ? values[0] : values.at(-1);
  const initial = choice.initial ?? fallback;
  if (initial === undefined || !values.includes(initial)) {
    throw new UserError(
      `« ${category.labelOf(initial)} » n'est pas une valeur de la colonne « ${column} » : ${labels.slice(0, 8).join(", ")}${labels.length > 8 ? "…" : ""}.`,
    );
  }
  const title = choice.label ?? category.title;
  const name = keyField(column).replace("cle_", "choix_");
  const bind = { name: `${title} : `, ...inputOf(choice, values, labels) };
  return { column, param: { name, value: initial, bind }, name, title, values, labels, initial };
}

function inputOf({ input = "list", column }: Choice, values: readonly unknown[], labels: string[]): VegaRow {
  if (input !== "slider") return { input: input === "radio" ? "radio" : "select", options: values, labels };
  const numbers = values.filter((value) => typeof value === "number");
  const [min = 0, next = min + 1] = numbers;
  const step = next - min;
  const even = numbers.every((value, index) => value === min + index * step);
  if (numbers.length !== values.length || !even) {
    throw new UserError(
      `Un curseur (slider) veut des nombres à intervalles réguliers ; ceux de « ${column} » n'en sont pas : prenez une liste (list).`,
    );
  }
  return { input: "range", min, max: numbers.at(-1) ?? min, step };
}

function compare(a: unknown, b: unknown): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "fr");
}
