import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as library from "../index.js";
import { notebookCode, runCells } from "../testing/notebook-code.js";
import { connect, type ConnectOptions, type Damir } from "./connection.js";

const notebooks = join(library.projectRoot, "notebooks");
const home = join(library.projectRoot, ".damir");
const sample = existsSync(join(home, "sample", "manifest.json"));

const starters = readdirSync(notebooks).filter((name) => existsSync(join(notebooks, name, "notebook.ipynb")));

/** A line of code that a starter proposes, by the starter's name and the number of the fork. */
interface Fork {
  name: string;
  code: string;
}

/** The lines of code of « À vous de jouer », in order. */
function forksOf(starter: string): Fork[] {
  const { cells } = JSON.parse(readFileSync(join(notebooks, starter, "notebook.ipynb"), "utf8")) as {
    cells: { source: string[] }[];
  };
  const text = cells
    .map(({ source }) => source.join(""))
    .find((cell) => cell.startsWith("## À vous de jouer"));
  const [, ...items] = (text ?? "").split("\n\n## Sources")[0]?.split(/\n(?=\d\. )/) ?? [];
  return items.map((item) => {
    // The code stands on the last line, between single or double backquotes.
    const line = item.trim().split("\n").at(-1)?.trim() ?? "";
    const code = line.startsWith("``") ? line.slice(2, -2).trim() : line.replace(/^`|`$/g, "");
    return { name: `${starter} ${item.slice(0, 1)}`, code };
  });
}

/** The text with a piece of it replaced wherever it stands, which it must. */
function replaced(text: string, piece: string, by: string): string {
  expect(text).toContain(piece);
  return text.replaceAll(piece, () => by);
}

/** Where a fork says in words that its piece of SQL goes. */
const places: Readonly<Record<string, (code: string, piece: string) => string>> = {
  "00-premiers-pas 1": (code, piece) =>
    replaced(
      replaced(
        code,
        "WHERE flx_ann_moi = ${mois}\n    GROUP BY ben_res_reg",
        `WHERE flx_ann_moi = \${mois} ${piece}\n    GROUP BY ben_res_reg`,
      ),
      "(SELECT max(annee) FROM population)",
      `(SELECT max(annee) FROM population) ${piece}`,
    ),
  "01-densite-medicale 1": (code, piece) =>
    replaced(
      code,
      "AND exe_spe = ${specialite}\n    GROUP",
      `AND exe_spe = \${specialite} ${piece}\n    GROUP`,
    ),
  "04-profils-age 3": (code, piece) =>
    replaced(
      replaced(code, "SELECT prs_nat, ben_res_reg, age_ben_snds, sum(flt_act_qte) AS observe", piece),
      "GROUP BY prs_nat, ben_res_reg, age_ben_snds\n",
      "GROUP BY prs_nat, ben_res_reg, age_ben_snds, ben_sex_cod\n",
    ),
  "05-ville-urgences 1": (code, piece) =>
    replaced(
      replaced(code, "AND age_ben_snds <> 99\n  GROUP", `AND age_ben_snds <> 99 ${piece}\n  GROUP`),
      "WHERE annee = ${annee}\n  GROUP BY ben_res_reg, age_ben_snds",
      `WHERE annee = \${annee} ${piece}\n  GROUP BY ben_res_reg, age_ben_snds`,
    ),
  "05-ville-urgences 2": (code) =>
    replaced(
      replaced(
        code,
        "CASE WHEN prs_nat = ${ville} THEN flt_act_qte ELSE 0 END) AS consultations",
        "CASE WHEN prs_nat IN (1110, 1192) THEN flt_act_qte ELSE 0 END) AS consultations",
      ),
      "AND prs_nat IN (${[ville, urgences]}) AND ben_res_reg <> 99 AND age_ben_snds <> 99",
      "AND prs_nat IN (1110, 1192, 1081) AND ben_res_reg <> 99 AND age_ben_snds <> 99",
    ),
  "07-actes-et-taux 3": (code, piece) =>
    replaced(code, "role IN ('acte', 'produit', 'trajet')", `role IN ('acte', 'produit', 'trajet') ${piece}`),
  "11-reste-a-charge 1": (code, piece) =>
    replaced(code, "${payantes} AND age_ben_snds <> 99", `\${payantes} AND age_ben_snds <> 99 ${piece}`),
  "11-reste-a-charge 2": (code, piece) =>
    replaced(
      replaced(
        code,
        "${payantes} AND age_ben_snds <> 99\n    GROUP BY age_ben_snds",
        `\${payantes} AND age_ben_snds <> 99\n    ${piece}`,
      ),
      "FROM population\n    WHERE annee = ${annee}\n    GROUP BY age_ben_snds",
      "FROM population\n    WHERE annee = ${annee}\n    GROUP BY age_ben_snds, sexe",
    ),
  "13-qui-prescrit-vers-qui 2": (code, piece) =>
    replaced(code, "AND psp_spe_snds > 0\n", `AND psp_spe_snds > 0 ${piece}\n`),
  "14-meteo-recours 2": (code, piece) => replaced(code, "avg(tm) AS temperature\n", `${piece}\n`),
  "14-meteo-recours 3": (code, piece) => replaced(code, "AND temps.mois = actes.mois", `AND ${piece}`),
};

/** Forks on a file that only their reader has. */
const ownFile = ["18-ses-donnees 1"];

/** The starter's code with a fork in it. */
function forked(code: string, { name, code: fork }: Fork): string {
  const place = places[name];
  if (place) return place(code, fork);
  if (!fork.startsWith("const ")) {
    return `${code}\n;\n${fork.startsWith("chart.") ? `await (${fork}).picture()` : fork}`;
  }
  // A parameter: its line, wherever it is declared, takes the new value.
  return fork.split(/(?<=;) /).reduce((text, line) => {
    const start = line.slice(0, line.indexOf("=") + 1);
    const declared = new RegExp(`^${start.replaceAll(/[$()[\]]/g, "\\$&")}[^;]*;$`, "m");
    expect(text, start).toMatch(declared);
    return text.replace(declared, () => line);
  }, code);
}

describe.skipIf(!sample)(
  "the forks that starters propose (they need the sample: npx damir data sample)",
  () => {
    const forks = starters.flatMap(forksOf).filter(({ name }) => !ownFile.includes(name));

    it("are three for each", () => {
      expect(forks.length).toBe(3 * starters.length - ownFile.length);
    });

    it.each(forks.map((fork) => [fork.name, fork] as const))("%s runs", async (name, fork) => {
      const starter = name.split(" ")[0] ?? "";
      // Forks may write beside the notebook.
      const copy = mkdtempSync(join(tmpdir(), "damir-fork-"));
      cpSync(join(notebooks, starter), copy, { recursive: true });
      const before = process.cwd();
      const connections: Damir[] = [];
      const connectHere = async (options: ConnectOptions): Promise<Damir> => {
        const damir = await connect({ ...options, home });
        connections.push(damir);
        return damir;
      };
      process.chdir(copy);
      try {
        const code = forked(notebookCode(join(copy, "notebook.ipynb")), fork);
        await expect(
          runCells(code, { damir: { ...library, connect: connectHere } }),
        ).resolves.toBeUndefined();
      } finally {
        process.chdir(before);
        for (const connection of connections) await connection.close();
        rmSync(copy, { recursive: true, force: true });
      }
    });
  },
);
