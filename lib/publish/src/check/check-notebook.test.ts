import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkNotebook } from "./check-notebook.js";
import type { NotebookCell } from "./check-report.js";

const folder = mkdtempSync(join(tmpdir(), "controle-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const words = (source: string): NotebookCell => ({ cell_type: "markdown", source, metadata: {} });
const code = (source: string, count: number | null, data?: Record<string, unknown>): NotebookCell => ({
  cell_type: "code",
  source,
  metadata: {},
  execution_count: count,
  outputs: data ? [{ output_type: "display_data", data, metadata: {} }] : [],
});
const opening = words(
  "# Titre\n\n**La question** : combien d'actes ?\n\n## Limites\n\nDes actes, pas des personnes.",
);

async function rulesOf(cells: NotebookCell[], metadata: Record<string, unknown> = {}): Promise<string[]> {
  const path = join(folder, "essai.ipynb");
  writeFileSync(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  const { findings } = await checkNotebook(path, { saved: true });
  return findings
    .filter(({ rule }) => rule !== "sources")
    .map(({ severity, rule, cell }) => `${severity} ${rule} ${cell ?? ""}`.trim());
}

const identity = { authors: [{ name: "Camille", email: "camille@exemple.fr" }], license: { name: "MIT" } };

it("finds nothing to say of a notebook that is ready, its author's address included", async () => {
  expect(await rulesOf([opening, words("Écrire à camille@exemple.fr"), code("1 + 1", 1)], identity)).toEqual(
    [],
  );
});

it("asks for title, question, author and licence", async () => {
  expect(await rulesOf([words("Bonjour.")])).toEqual([
    "erreur titre",
    "erreur question",
    "avertissement limites",
    "erreur auteur",
    "erreur licence",
  ]);
});

it("refuses keys, paths and other people's addresses, in code and in outputs", async () => {
  const cells = [
    opening,
    code('const apiKey = "0123456789abcdef";', 1),
    code("adresse", 2, { "text/plain": "postgres://moi:motdepasse@serveur/base" }),
    code("lieu", 3, { "text/plain": "/home/camille/notes.csv" }),
    code("qui", 4, { "text/plain": "dominique@exemple.fr" }),
  ];
  expect(await rulesOf(cells, identity)).toEqual([
    "erreur secret 2",
    "erreur secret 3",
    "erreur chemin 4",
    "erreur adresse 5",
  ]);
});

it("refuses saved outputs that weren't run in order, and generated data", async () => {
  expect(await rulesOf([opening, code("1", 2), code("2", 1)], identity)).toEqual(["erreur ordre 2"]);
  expect(await rulesOf([opening, code("1", null)], identity)).toEqual(["erreur ordre 2"]);
  const marked = code("1", 1, { "text/plain": "DONNÉES SYNTHÉTIQUES, à ne pas publier : damir" });
  expect(await rulesOf([opening, marked], identity)).toEqual(["erreur synthetique 2"]);
});

it("warns of small counts in the data of a chart, and of one without words", async () => {
  const spec = { data: { values: [{ departement: "48", actes: 3 }] }, mark: "bar" };
  const chart = code("1", 1, { "application/vnd.vegalite.v5+json": spec });
  expect(await rulesOf([opening, chart], identity)).toEqual([
    "avertissement alternative 2",
    "avertissement petits-effectifs 2",
  ]);
});
