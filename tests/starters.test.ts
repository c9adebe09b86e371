import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishedFile, publishedRows, realLines } from "../lib/pipeline/src/open-damir.fixture.js";
import { home, root } from "../scripts/setup.mjs";
import { joined, outputsOf, readNotebook, runNotebook, type Notebook, type Output } from "./notebook.js";

/** What each starter promises, by the id of its cell. */
const promises = [
  {
    slug: "00-premiers-pas",
    tables: ["connexion", "ligne", "mesures", "codes", "prestations", "carte-requete", "verification"],
    drawings: ["prestations-graphique", "mois-requete", "carte"],
  },
  {
    slug: "01-densite-medicale",
    tables: ["actes", "croisement", "regression", "danfo", "verification"],
    drawings: ["nuage", "carte-offre", "carte-recours", "ecart"],
  },
];

const starter = (slug: string) => join(root, "notebooks", slug, "notebook.ipynb");

/** A home with the sample and the months that the command imports into it. */
function homeWith(file: string): string {
  const imported = mkdtempSync(join(tmpdir(), "damir-imported-"));
  symlinkSync(join(home, "sample"), join(imported, "sample"));
  const command = join(root, "lib", "cli", "bin", "damir.js");
  execFileSync(process.execPath, [command, "data", "add", "open-damir", file, "--home", imported], {
    stdio: "pipe",
  });
  return imported;
}

function only(notebook: Notebook, id: string): Output {
  const [output, ...others] = outputsOf(notebook, id);
  expect(others, `cell ${id} has one output`).toEqual([]);
  if (!output) throw new Error(`cell ${id} shows nothing`);
  return output;
}

/** What the library puts around a drawing. */
interface DrawnSpec {
  title: object;
  vconcat: { title: { text: string[] } }[];
  config: { locale: { number: object } };
}

function checkPromises(notebook: Notebook, { tables, drawings }: (typeof promises)[number]): void {
  for (const id of tables) expect(joined(only(notebook, id).data?.["text/html"]), id).toContain("<td");
  for (const id of drawings) {
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

describe.each(promises)("$slug", (promised) => {
  it("is committed without outputs, in our kernel", () => {
    const notebook = readNotebook(starter(promised.slug));
    expect(notebook.metadata["kernelspec"]).toMatchObject({ name: "typescript" });
    for (const cell of notebook.cells.filter(({ cell_type }) => cell_type === "code")) {
      expect(cell.outputs, cell.id).toEqual([]);
      expect(cell.execution_count, cell.id).toBeNull();
    }
  });

  it("runs on the sample, keeps its promises, and marks all it shows as synthetic", async () => {
    const notebook = await runNotebook(starter(promised.slug), { DAMIR_HOME: home });
    checkPromises(notebook, promised);
    const aboutNothingSynthetic = ["connexion", "mesures", "codes"];
    for (const id of promised.tables.filter((table) => !aboutNothingSynthetic.includes(table))) {
      expect(joined(only(notebook, id).data?.["text/html"]), id).toContain("DONNÉES SYNTHÉTIQUES");
    }
    for (const id of promised.drawings) {
      const { data } = only(notebook, id);
      expect(joined(data?.["text/plain"]), id).toContain("DONNÉES SYNTHÉTIQUES");
      expect(JSON.stringify(data?.["application/vnd.vegalite.v5+json"]), id).toContain(
        "DONNÉES SYNTHÉTIQUES",
      );
    }
  });

  it("runs unchanged on an imported month", async () => {
    const folder = mkdtempSync(join(tmpdir(), "published-"));
    const file = join(folder, "A202501.csv");
    writeFileSync(file, publishedFile(publishedRows(2000)));
    const notebook = await runNotebook(starter(promised.slug), { DAMIR_HOME: homeWith(file) });
    checkPromises(notebook, promised);
  });

  it.skipIf(!existsSync(realLines))("runs unchanged on real published lines", async () => {
    const notebook = await runNotebook(starter(promised.slug), { DAMIR_HOME: homeWith(realLines) });
    checkPromises(notebook, promised);
  });
});

it("cites the publisher, without the synthetic mark, once real lines are there", async (context) => {
  context.skip(!existsSync(realLines), `no real lines on this machine: ${realLines}`);
  const notebook = await runNotebook(starter("00-premiers-pas"), { DAMIR_HOME: homeWith(realLines) });
  const shown = joined(only(notebook, "prestations").data?.["text/plain"]);
  expect(shown).toContain("Source : Open DAMIR");
  expect(shown).not.toContain("SYNTHÉTIQUES");
  expect(joined(only(notebook, "carte").data?.["text/plain"])).toContain(
    "SYNTHÉTIQUES, à ne pas publier : population",
  );
});

it("finds in the sample that use rises with density (01)", async () => {
  const notebook = await runNotebook(starter("01-densite-medicale"), { DAMIR_HOME: home });
  const [, figures = ""] = joined(only(notebook, "regression").data?.["text/plain"]).split("\n");
  const [departements, slope, explained] = figures
    .trim()
    .split(/\s+/)
    .map((text) => Number(text.replace(",", ".")));
  expect(departements).toBe(101);
  expect(slope).toBeGreaterThan(0.5);
  expect(slope).toBeLessThan(1.5);
  expect(explained).toBeGreaterThan(0.1);
  expect(explained).toBeLessThan(0.6);
});
