import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkNotebook } from "@atelier-damir/publish";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../scripts/setup.mjs";

const metadata = {
  kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" },
  authors: [{ name: "Camille" }],
  license: { name: "MIT" },
};
const opening =
  "# Dépenses par mois\n\n**La question** : combien par mois ?\n\n## Limites\n\nDes actes, pas des personnes.";

describe("the check of a notebook, run in its kernel", () => {
  // The kernel finds `damir` from the notebook's folder.
  const output = join(root, "tests", "output");
  let folder: string;
  beforeAll(() => {
    mkdirSync(output, { recursive: true });
    folder = mkdtempSync(join(output, "controle-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function check(codes: string[], options: { cellSeconds?: number } = {}) {
    const path = join(folder, "essai.ipynb");
    const cells = [
      { cell_type: "markdown", source: opening, metadata: {} },
      ...codes.map((source) => ({
        cell_type: "code",
        source,
        metadata: {},
        outputs: [],
        execution_count: null,
      })),
    ];
    const text = JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 4 });
    writeFileSync(path, text);
    const report = await checkNotebook(path, options);
    expect(readFileSync(path, "utf8")).toBe(text);
    return report;
  }

  it("keeps what the code gives, and knows which tables its queries read", async () => {
    const report = await check([
      'import { connect } from "damir";\nconst damir = await connect();',
      "const parMois = await damir.sql`SELECT flx_ann_moi, sum(flt_rem_mnt) AS rembourse FROM damir JOIN regions ON regions.ben_res_reg = damir.ben_res_reg GROUP BY 1 ORDER BY 1`;\nparMois",
    ]);
    expect(report.findings.filter(({ rule }) => rule === "execution")).toEqual([]);
    expect(report.sources.map(({ table }) => table)).toContain("damir");
    expect(JSON.stringify(report.executed.cells[2]?.outputs)).toContain("rembourse");
    // The sample, or the months that were imported: never without saying which.
    expect(report.synthetic).toBe(report.sources.some(({ synthetic }) => synthetic));
    if (report.synthetic) expect(report.publishable).toBe(false);
  });

  it.each([
    ["an error", ["1 + 1", 'throw new Error("voilà")'], {}, 3, /s'arrête sur une erreur : Error : voilà/],
    [
      "a cell without end",
      ["await new Promise(() => undefined)"],
      { cellSeconds: 3 },
      2,
      /plus de 3 secondes/,
    ],
    ["a type error", ['const n: number = "un";'], {}, 2, /s'arrête sur une erreur/],
  ])("stops at %s and names the cell", async (_, codes, options, cell, message) => {
    const report = await check(codes, options);
    expect(report.publishable).toBe(false);
    const finding = report.findings.find(({ rule }) => rule === "execution");
    expect(finding).toMatchObject({ severity: "erreur", cell });
    expect(finding?.text).toMatch(message);
  });
});
