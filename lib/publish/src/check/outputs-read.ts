import type { NotebookCell, NotebookOutput } from "./check-report.js";

/** Rows that an output carries: those of a table, or of one dataset of a chart. */
export interface CarriedRows {
  /** In French, for a message: « une table », « un graphique ». */
  where: string;
  columns: string[];
  rows: unknown[][];
}

/** The JSON beside a table of the library, which its script sorts and saves. */
export interface TableData {
  columns: { title: string; kind: string }[];
  rows: unknown[][];
}

/** The data of a table of the library, as its HTML carries them; undefined where the HTML is something else. */
export function tableData(html: string): TableData | undefined {
  if (!html.startsWith('<div class="damir-table')) return undefined;
  const json = /<script type="application\/json">([^<]*)<\/script>/.exec(html)?.[1];
  if (json === undefined) return undefined;
  try {
    const data = JSON.parse(json) as Partial<TableData>;
    return Array.isArray(data.columns) && Array.isArray(data.rows) ? (data as TableData) : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The Vega-Lite or Vega specification of an output. */
export function specOf({ data = {} }: NotebookOutput): Record<string, unknown> | undefined {
  const found = Object.entries(data).find(([type]) =>
    /^application\/vnd\.vega(lite)?\.v\d+\+json$/.test(type),
  );
  return isRecord(found?.[1]) ? found[1] : undefined;
}

/** The lists of flat rows anywhere in a specification, `datasets` and `values` alike. Geometry is left out. */
export function chartRows(spec: unknown): Record<string, unknown>[][] {
  if (Array.isArray(spec)) {
    const flat = spec.filter(
      (row): row is Record<string, unknown> =>
        isRecord(row) &&
        Object.values(row).some((value) => typeof value === "number") &&
        Object.values(row).every((value) => typeof value !== "object" || value === null),
    );
    if (spec.length > 0 && flat.length === spec.length) return [flat];
    const properties = spec.flatMap((feature) =>
      isRecord(feature) && feature["type"] === "Feature" && isRecord(feature["properties"])
        ? [feature["properties"]]
        : [],
    );
    if (spec.length > 0 && properties.length === spec.length) return [properties];
    return spec.flatMap(chartRows);
  }
  return isRecord(spec) ? Object.values(spec).flatMap(chartRows) : [];
}

/** Every row that a reader of the page could see or copy from a cell's outputs. */
export function carriedRows(cell: NotebookCell): CarriedRows[] {
  return (cell.outputs ?? []).flatMap((output): CarriedRows[] => {
    const html = output.data?.["text/html"];
    const table = typeof html === "string" ? tableData(html) : undefined;
    const spec = specOf(output);
    return [
      ...(table === undefined
        ? []
        : [{ where: "Une table", columns: table.columns.map(({ title }) => title), rows: table.rows }]),
      ...(spec === undefined ? [] : chartRows([spec["datasets"], spec["data"], spec])).map((rows) => {
        const columns = [...new Set(rows.flatMap(Object.keys))];
        return {
          where: "Un graphique ou une carte",
          columns,
          rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
        };
      }),
    ];
  });
}

/** What a reader can read in a cell's outputs, all forms together. */
export function shownText(cell: NotebookCell): string {
  return (cell.outputs ?? [])
    .flatMap((output) => [
      output.text ?? "",
      output.evalue ?? "",
      ...(output.traceback ?? []),
      ...Object.entries(output.data ?? {}).flatMap(([type, value]) =>
        type.startsWith("image/") && type !== "image/svg+xml"
          ? []
          : [typeof value === "string" ? value : JSON.stringify(value)],
      ),
    ])
    .join("\n");
}
