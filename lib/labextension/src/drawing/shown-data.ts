import { withPlainNumbers, type TextTable } from "./csv.js";
import { viewsOf, type SceneItem, type SceneMark, type Spec, type VegaView } from "./vega-view.js";

type TextRow = Readonly<Record<string, string>>;

/**
 * The data that a chart shows at this moment: what its tooltips say of each mark drawn, once, with what its reader chose in its lists and sliders.
 * Rows that a choice or a selection leaves out aren't there, nor columns that nothing shows. Marks of a chart without tooltips give the fields
 * of their encodings.
 * @param spec the chart's Vega-Lite specification
 */
export function shownData(view: Pick<VegaView, "scenegraph" | "signal">, spec: Spec): TextTable {
  const marks = [...marksOf(view.scenegraph().root)];
  const hinted = marks.map(({ items }) => items.flatMap(hintOf));
  const fields = fieldsOf(spec);
  const rows = merged(
    hinted.some((found) => found.length > 0)
      ? hinted
      : marks.map(({ items }) => items.flatMap((item) => encodedOf(item, fields))),
  );
  const chosen = choicesOf(view, spec);
  const columns = [...new Set([...Object.keys(chosen), ...rows.flatMap(Object.keys)])];
  return withPlainNumbers({
    columns,
    rows: rows.map((row) => columns.map((column) => row[column] ?? chosen[column] ?? "")),
  });
}

/** The marks of the data, not those of axes, legends and titles. */
function* marksOf(mark: SceneMark): Generator<SceneMark> {
  if (/^(axis|legend|title)/.test(mark.role ?? "")) return;
  yield mark;
  for (const { items = [] } of mark.items) for (const inner of items) yield* marksOf(inner);
}

function hintOf({ tooltip }: SceneItem): TextRow[] {
  if (typeof tooltip !== "object" || tooltip === null) return [];
  return [Object.fromEntries(Object.entries(tooltip).map(([title, value]) => [title, String(value)]))];
}

interface Field {
  readonly field: string;
  readonly title: string;
  readonly temporal: boolean;
}

function encodedOf({ datum }: SceneItem, fields: readonly Field[]): TextRow[] {
  if (typeof datum !== "object" || datum === null) return [];
  const row = datum as Spec;
  const known = fields.filter(({ field }) => field in row);
  if (known.length === 0) return [];
  return [
    Object.fromEntries(known.map(({ field, title, temporal }) => [title, cellText(row[field], temporal)])),
  ];
}

/** The fields that the encodings of a specification draw, those named first by the first view. */
function fieldsOf(spec: Spec): Field[] {
  const own = Object.values((spec["encoding"] ?? {}) as Spec).flatMap((channel) => {
    const { field, title, type, aggregate } = (channel ?? {}) as Spec;
    // Vega-Lite makes the fields that it aggregates into, under names such as sum_rembourse.
    const name =
      typeof aggregate === "string" ? `${aggregate}_${typeof field === "string" ? field : ""}` : field;
    if (typeof name !== "string") return [];
    return [{ field: name, title: typeof title === "string" ? title : name, temporal: type === "temporal" }];
  });
  const all = [...own, ...viewsOf(spec).flatMap(fieldsOf)];
  return all.filter(({ field }, index) => all.findIndex((other) => other.field === field) === index);
}

function cellText(value: unknown, temporal: boolean): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date || (temporal && typeof value === "number")) {
    const date = new Date(value);
    const two = (part: number) => String(part).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  }
  if (typeof value === "number") return String(value).replace(".", ",");
  return typeof value === "string" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

/** Each row once: a bar and the number beside it tell the same. Equal rows of one mark are different data, and stay. */
function merged(marks: readonly (readonly TextRow[])[]): TextRow[] {
  const known = new Map<string, number>();
  const rows: TextRow[] = [];
  for (const mark of marks) {
    const counts = new Map<string, number>();
    for (const row of mark) {
      const key = JSON.stringify(row);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= (known.get(key) ?? 0)) continue;
      known.set(key, count);
      rows.push(row);
    }
  }
  return rows;
}

/** What stands in the lists, buttons and sliders under the chart, by their names. Those that don't choose rows, as a zoom, are left out. */
function choicesOf(view: Pick<VegaView, "signal">, spec: Spec): TextRow {
  const params = ((spec["params"] ?? []) as readonly Spec[]).filter(({ name, bind }) => {
    return typeof bind === "object" && bind !== null && String(name).startsWith("choix_");
  });
  return Object.fromEntries(
    params.map(({ name, bind }) => {
      const { name: title, options = [], labels = [] } = bind as Bind;
      const value = view.signal(String(name));
      const label = labels[options.indexOf(value)] ?? String(value);
      return [(title ?? String(name)).replace(/[\s\u00a0]*:[\s\u00a0]*$/, ""), label];
    }),
  );
}

interface Bind {
  readonly name?: string;
  readonly options?: readonly unknown[];
  readonly labels?: readonly string[];
}
