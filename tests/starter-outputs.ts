import { expect } from "vitest";
import { joined, type Notebook, type Output } from "../scripts/notebook-run.mjs";

/** All outputs of one cell. */
export function outputsOf(notebook: Notebook, id: string): Output[] {
  const cell = notebook.cells.find((other) => other.id === id);
  if (cell === undefined) throw new Error(`no cell is called ${id}`);
  return cell.outputs ?? [];
}

/** The only output of a cell. */
export function only(notebook: Notebook, id: string): Output {
  const [output, ...others] = outputsOf(notebook, id);
  expect(others, `cell ${id} has one output`).toEqual([]);
  if (!output) throw new Error(`cell ${id} shows nothing`);
  return output;
}

/** Ids of the cells with a tag. */
export function tagged(notebook: Notebook, tag: string): string[] {
  return notebook.cells.filter(({ metadata }) => metadata.tags?.includes(tag)).map(({ id }) => id);
}

/** The text of a cell's table, its foot (counts, sources) left out: what must not depend on where the rows are. */
export function figures(notebook: Notebook, id: string): string {
  const [body = ""] = joined(only(notebook, id).data?.["text/plain"]).split("\n\n");
  return body;
}

/** The rows of a cell's table as its reader sees them: numbers where they are French numbers. */
export function rowsOf(notebook: Notebook, id: string): Record<string, string | number>[] {
  const [head = "", ...lines] = figures(notebook, id).split("\n");
  const names = head.trim().split(/\s{2,}/);
  return lines.map((line) => {
    const cells = line.trim().split(/ {2,}/);
    return Object.fromEntries(names.map((name, index) => [name, numberOr(cells[index] ?? "")]));
  });
}

function numberOr(text: string): string | number {
  const plain = text
    .replaceAll(/[\s\u202f\u00a0]/g, "")
    .replace("\u2212", "-")
    .replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
}

/** What the library puts around a drawing. */
interface DrawnSpec {
  title: object;
  vconcat: { title: { text: string[] } }[];
  config: { locale: { number: object } };
}

/** Every promised table, chart and map is there, in all its forms. */
export function checkPromises(notebook: Notebook): void {
  for (const id of tagged(notebook, "tableau")) {
    expect(joined(only(notebook, id).data?.["text/html"]), id).toContain("<td");
    expect(figures(notebook, id).split("\n").length, id).toBeGreaterThan(1);
  }
  for (const id of [...tagged(notebook, "graphique"), ...tagged(notebook, "carte")]) {
    const { data, metadata } = only(notebook, id);
    expect(Object.keys(data ?? {}).sort()).toEqual([
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    expect(joined(data?.["image/png"]).length, id).toBeGreaterThan(10_000);
    expect(metadata?.["image/png"]).toMatchObject({ alt: joined(data?.["text/plain"]) });
    const spec = data?.["application/vnd.vegalite.v5+json"] as DrawnSpec;
    expect(spec.vconcat[0]?.title.text.join(" ").length, id).toBeGreaterThan(10);
    expect(spec.title, id).toMatchObject({ orient: "bottom" });
    expect(spec.config.locale.number, id).toMatchObject({ decimal: ",", thousands: "\u202f" });
  }
}

/** What a reader would take for a fault: errors, and what is written on stderr. */
export function faults(notebook: Notebook): string[] {
  return notebook.cells.flatMap(({ id, outputs = [] }) =>
    outputs
      .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
      .map(({ text }) => `${id}: ${joined(text)}`),
  );
}

/** Everything that tables and drawings show is marked as synthetic, but code lists and files of one's own (tag `reference`). */
export function checkMarks(notebook: Notebook): void {
  const references = new Set(tagged(notebook, "reference"));
  const marked = (tag: string) => tagged(notebook, tag).filter((id) => !references.has(id));
  for (const id of marked("tableau")) {
    expect(joined(only(notebook, id).data?.["text/html"]), id).toContain("DONNÉES SYNTHÉTIQUES");
  }
  for (const id of [...marked("graphique"), ...marked("carte")]) {
    const { data } = only(notebook, id);
    expect(joined(data?.["text/plain"]), id).toContain("DONNÉES SYNTHÉTIQUES");
    expect(JSON.stringify(data?.["application/vnd.vegalite.v5+json"]), id).toContain("DONNÉES SYNTHÉTIQUES");
  }
}

/** Nothing that tables and drawings show is marked as synthetic: all of it was imported as published. */
export function checkNoMarks(notebook: Notebook): void {
  for (const id of ["tableau", "graphique", "carte"].flatMap((tag) => tagged(notebook, tag))) {
    expect(JSON.stringify(only(notebook, id).data), id).not.toContain("SYNTHÉTIQUES");
  }
}

/**
 * Every promised table shows the same figures as when the starter was run elsewhere on the same rows.
 * @param but ids of the cells that say where the rows are
 */
export function checkSameFigures(notebook: Notebook, elsewhere: Notebook, but: readonly string[] = []): void {
  const shown = (which: Notebook) =>
    Object.fromEntries(
      tagged(which, "tableau")
        .filter((id) => !but.includes(id))
        .map((id) => [id, figures(which, id)]),
    );
  expect(shown(notebook)).toEqual(shown(elsewhere));
}

/** Every promised table, chart and map says the same as when the starter was run elsewhere, its foot and its sources too. */
export function checkSameTexts(notebook: Notebook, elsewhere: Notebook): void {
  const said = (which: Notebook) =>
    Object.fromEntries(
      ["tableau", "graphique", "carte"]
        .flatMap((tag) => tagged(which, tag))
        .map((id) => [id, joined(only(which, id).data?.["text/plain"])]),
    );
  expect(said(notebook)).toEqual(said(elsewhere));
}
