import { clickable } from "./forms/form.js";
import type { VegaRow } from "./rows.js";

/** Parameter that holds what the reader selected in any of the linked drawings. */
export const linkParam = "lien";

/** Opacity of what isn't selected. */
const dimmed = 0.15;

/** The names of a view's selections, and those that they get beside other views. */
function selectionNames(view: Readonly<VegaRow>, prefix: string): Map<string, string> {
  const params = (view["params"] ?? []) as VegaRow[];
  return new Map(
    params.flatMap(({ name, select }) =>
      select === undefined ? [] : [[String(name), `${prefix}_${String(name)}`] as const],
    ),
  );
}

/**
 * Views with names and selections of their own: two views of one specification can't share them. What a view says of a selection that only
 * another one makes goes on meaning that one: a stretch brushed in a curve filters the map beside it.
 */
export function besideEachOther(views: readonly Readonly<VegaRow>[]): VegaRow[] {
  const prefix = (index: number) => `vue_${index}`;
  const all = new Map(views.flatMap((view, index) => [...selectionNames(view, prefix(index))]).reverse());
  return views.map((view, index) => renamed(view, prefix(index), all));
}

/**
 * The view with names and selections of its own: two views of one specification can't share them.
 * @param others new names of the selections of views beside it
 */
function renamed(
  view: Readonly<VegaRow>,
  prefix: string,
  others: ReadonlyMap<string, string> = new Map(),
): VegaRow {
  const own = selectionNames(view, prefix);
  return walked(view, (node) => {
    const { name, param } = node;
    if (typeof name === "string" && ("mark" in node || own.has(name))) {
      return { ...node, name: own.get(name) ?? `${prefix}_${name}` };
    }
    const meant = typeof param === "string" ? (own.get(param) ?? others.get(param)) : undefined;
    return meant === undefined ? node : { ...node, param: meant };
  }) as VegaRow;
}

/** What a link does to a view. */
export interface LinkedView {
  view: VegaRow;
  /** Names of the marks that the reader can click. */
  clickable: string[];
  /** Whether any of its rows carry the column. */
  linked: boolean;
}

/**
 * Links a view to the shared selection: its marks that carry the column are dimmed where they aren't selected, or left out.
 * @param field the column, under the name that rows of drawings keep it
 */
export function linkedView(
  view: Readonly<VegaRow>,
  prefix: string,
  field: string,
  effect: "highlight" | "filter",
): LinkedView {
  const names: string[] = [];
  let linked = false;
  const link = (node: VegaRow, inherited: readonly VegaRow[]): VegaRow => {
    const rows = (node["data"] as { values?: VegaRow[] } | undefined)?.values ?? inherited;
    const layer = node["layer"] as VegaRow[] | undefined;
    if (layer) return { ...node, layer: layer.map((one) => link(one, rows)) };
    const spec = node["spec"] as VegaRow | undefined;
    if (spec) return { ...node, spec: link(spec, rows) };
    if (!("mark" in node) || !rows.some((row) => field in row)) return node;
    linked = true;
    if (effect === "filter") {
      const transform = (node["transform"] ?? []) as VegaRow[];
      return { ...node, transform: [{ filter: { param: linkParam } }, ...transform] };
    }
    const own = node["name"] === clickable ? `${prefix}_${clickable}` : undefined;
    if (own !== undefined) names.push(own);
    const encoding = (node["encoding"] ?? {}) as VegaRow;
    return {
      ...node,
      ...(own === undefined ? {} : { name: own }),
      encoding: { ...encoding, opacity: { condition: { param: linkParam, value: 1 }, value: dimmed } },
    };
  };
  const changed = link({ ...view }, []);
  return { view: names.length > 0 ? changed : renamed(changed, prefix), clickable: names, linked };
}

/** A specification with each of its objects changed, from the inside outwards; data are left as they are. */
function walked(node: unknown, change: (node: VegaRow) => VegaRow): unknown {
  if (Array.isArray(node)) return (node as unknown[]).map((item) => walked(item, change));
  if (typeof node !== "object" || node === null) return node;
  const inside = Object.entries(node as VegaRow).map(([key, value]): [string, unknown] => [
    key,
    key === "values" ? value : walked(value, change),
  ]);
  return change(Object.fromEntries(inside));
}
