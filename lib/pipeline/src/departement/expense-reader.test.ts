import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readStore, storeFolder, UserError, variables } from "damir";
import { describe, expect, test } from "vitest";
import type { ImportedFile } from "../dataset-reader.js";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { textFromScaled } from "../scaled-number.js";
import { departementColumns } from "./expense-columns.js";
import { departementReader, nationalReader } from "./expense-reader.js";
import {
  bareColumns,
  expenseFile,
  expenseLine,
  expenseRows,
  labelledColumns,
  nationalPublishedColumns,
  writeZip,
  type ExpenseRow,
} from "./expense.fixture.js";

function written(name: string, bytes: Buffer | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

async function imported(home: string, ...paths: string[]): Promise<ImportedFile[]> {
  return departementReader.add(received(...paths), home, silentEffects);
}

function parquetOf(home: string, table = "damir_departement"): string {
  const store = readStore(storeFolder(home));
  const files = store?.manifest.tables[table]?.files ?? [];
  return `read_parquet([${files.map(({ path }) => `'${join(storeFolder(home), path)}'`).join(", ")}])`;
}

describe("an R file", () => {
  test("enters whole, its sums in the manifest, with and without labels", async () => {
    const { rows, sums } = expenseRows(5_000);
    for (const columns of [bareColumns, labelledColumns]) {
      const home = temporaryFolder();
      const [file] = await imported(home, written("R201401.CSV", expenseFile(rows, columns)));
      expect(file).toMatchObject({
        table: "damir_departement",
        month: "201401",
        rows: 5_000,
        replaced: false,
      });
      expect(file?.notes).toEqual([]);
      const manifest = readStore(storeFolder(home))?.manifest.tables["damir_departement"]?.files[0];
      expect(manifest?.sums).toEqual({
        rec_mon: textFromScaled(sums["rec_mon"] ?? 0n, 2),
        rem_mon: textFromScaled(sums["rem_mon"] ?? 0n, 2),
        dep_mon: textFromScaled(sums["dep_mon"] ?? 0n, 2),
        act_dnb: textFromScaled(sums["act_dnb"] ?? 0n, 0),
        act_coe: textFromScaled(sums["act_coe"] ?? 0n, 4),
      });
      expect(manifest?.source).toMatchObject({ name: "R201401.CSV" });
      expect(
        await query(`SELECT sum(rem_mon), sum(act_coe), count(rem_tau) FROM ${parquetOf(home)}`),
      ).toEqual([
        [
          textFromScaled(sums["rem_mon"] ?? 0n, 2),
          textFromScaled(sums["act_coe"] ?? 0n, 4),
          String(rows.filter((row) => row["REM_TAU"] !== "").length),
        ],
      ]);
    }
  });

  test("keeps codes as text, tells the Nord from the Hautes-Alpes, and drops what is redundant", async () => {
    const home = temporaryFolder();
    const nord = { l_dpt: "5-Nord", region: "31", l_region: "31-NORD PAS DE CALAIS" };
    const rows: ExpenseRow[] = [
      {},
      { cpam: "11", dpt: "1" },
      { ...nord, cpam: "595", dpt: "5N" },
      { ...nord, cpam: "594", dpt: "5" },
      { ...nord, cpam: "597", dpt: "5-Nord" },
      {
        cpam: "051",
        dpt: "5",
        l_dpt: "05-Hautes-Alpes",
        region: "93",
        l_region: "93-PROVENCE ALPES COTE D'AZUR",
      },
      { cpam: "974", dpt: "974", l_dpt: "974-Réunion", region: "4", l_region: "04-REUNION" },
    ];
    await imported(home, written("R201401.CSV", expenseFile(rows, labelledColumns)));
    expect(await query(`SELECT cpam, departement FROM ${parquetOf(home)} ORDER BY ALL`)).toEqual([
      ["011", "01"],
      ["011", "01"],
      ["051", "05"],
      ["594", "59"],
      ["595", "59"],
      ["597", "59"],
      ["974", "974"],
    ]);
    const columns = await query(`SELECT column_name, column_type FROM (DESCRIBE FROM ${parquetOf(home)})`);
    expect(columns.map(([name, type]) => `${name ?? ""} ${type ?? ""}`)).toEqual([
      "flx_ann_moi INTEGER",
      "sns_date INTEGER",
      "cpam VARCHAR",
      "departement VARCHAR",
      "ben_qlt SMALLINT",
      "top_slm SMALLINT",
      "asu_nat SMALLINT",
      "serie VARCHAR",
      "prs_nat SMALLINT",
      "exe_spe SMALLINT",
      "exe_spe1 SMALLINT",
      "exe_stj1 SMALLINT",
      "pre_spe SMALLINT",
      "pre_spe1 SMALLINT",
      "pre_stj1 SMALLINT",
      "cpl_cod SMALLINT",
      "rem_tau DECIMAL(5,2)",
      "rec_mon DECIMAL(18,2)",
      "rem_mon DECIMAL(18,2)",
      "dep_mon DECIMAL(18,2)",
      "act_dnb BIGINT",
      "act_coe DECIMAL(18,4)",
      "prs_fac_top VARCHAR",
    ]);
  });

  test("reports codes that are new, renamed or ambiguous, and keeps their rows", async () => {
    const home = temporaryFolder();
    const rows: ExpenseRow[] = [
      { prs_nat: "9999", l_prs_nat: "PRESTATION DE DEMAIN" },
      { asu_nat: "4", l_asu_nat: "Congé paternité" },
      { exe_spe: "3", l_exe_spe: "03-Pathologie cardio-vasculaire", exe_spe1: "12" },
      { exe_spe: "3", l_exe_spe: "03-Autre chose", exe_spe1: "99" },
      { cpam: "011", dpt: "02", region: "22" },
    ];
    const [file] = await imported(home, written("R201401.CSV", expenseFile(rows, labelledColumns)));
    expect(file?.rows).toBe(5);
    const notes = (file?.notes ?? []).join("\n");
    expect(notes).toMatch(/prs_nat absents de notre nomenclature.*: 9999 « PRESTATION DE DEMAIN »\./);
    expect(notes).toMatch(/asu_nat dont le libellé.*4 « Congé paternité » au lieu de « Accident du Travail/);
    expect(notes).toMatch(/exe_spe qui ont deux libellés.*3 \(« 03-Pathologie/);
    expect(notes).toMatch(
      /exe_spe1 n'est pas un regroupement.*spécialité 3 est dans 12 \(ligne 4\) et dans 99 \(ligne 5\)/,
    );
    expect(notes).toMatch(/caisse 011 est dans le département 01 \(ligne 2\) et dans 02 \(ligne 6\)/);
    expect(await query(`SELECT count(*) FROM ${parquetOf(home)} WHERE prs_nat = 9999`)).toEqual([["1"]]);
  });

  test("of a later year says who invoices; empty fields are null", async () => {
    const home = temporaryFolder();
    const columns = [...bareColumns, "PRS_FAC_TOP"];
    const rows: ExpenseRow[] = [
      { PRS_FAC_TOP: "1", dep_mon: "", act_coe: ",5", rec_mon: "-,07" },
      { PRS_FAC_TOP: "" },
    ];
    await imported(home, written("R202001_sanslib.CSV", expenseFile(rows, columns)));
    expect(
      await query(
        `SELECT prs_fac_top, dep_mon, act_coe, rec_mon, flx_ann_moi FROM ${parquetOf(home)} ORDER BY ALL NULLS LAST`,
      ),
    ).toEqual([
      ["1", null, "0.5000", "-0.07", "202001"],
      [null, "0.00", "1234.0000", "28382.00", "202001"],
    ]);
  });

  test("replaces the month that the store held; in UTF-8 or without its last end of line, says so", async () => {
    const home = temporaryFolder();
    await imported(home, written("R201401.CSV", expenseFile([{}, {}])));
    const text = expenseFile([{}], labelledColumns).toString("latin1").trimEnd();
    const [file] = await imported(home, written("R201401.CSV", Buffer.from(text, "utf8")));
    expect(file).toMatchObject({ replaced: true, rows: 1 });
    expect(file?.notes.join(" ")).toMatch(/UTF-8.*dernière ligne/);
    expect(await query(`SELECT count(*) FROM ${parquetOf(home)}`)).toEqual([["1"]]);
  });

  test("may be a gzip, or several files", async () => {
    const home = temporaryFolder();
    const paths = [
      written("R201401.CSV.gz", gzipSync(expenseFile([{}]))),
      written("R201402.CSV", expenseFile([{}, {}])),
    ];
    const files = await imported(home, ...paths);
    expect(files.map(({ month, rows }) => [month, rows])).toEqual([
      ["201401", 1],
      ["201402", 2],
    ]);
  });
});

describe("a yearly zip", () => {
  test("is read as it comes", async () => {
    const path = join(temporaryFolder(), "R_2014_sans_lib.zip");
    await writeZip(path, {
      "R_2014/R201401_sanslib.CSV": expenseFile([{}]),
      "R_2014/R201402_sanslib.CSV": expenseFile([{}, {}]),
      "R_2014/descriptif_table_R.xls": Buffer.from("xls"),
    });
    const home = temporaryFolder();
    const files = await imported(home, path);
    expect(files.map(({ source, month, rows }) => [source, month, rows])).toEqual([
      ["R_2014_sans_lib.zip/R_2014/R201401_sanslib.CSV", "201401", 1],
      ["R_2014_sans_lib.zip/R_2014/R201402_sanslib.CSV", "201402", 2],
    ]);
    expect(files[0]?.notes.join()).toContain("descriptif_table_R.xls");
    const bytes = readFileSync(path);
    const source = readStore(storeFolder(home))?.manifest.tables["damir_departement"]?.files[1]?.source;
    expect(source?.bytes).toBe(bytes.length);
  });

  test("that is wrong in any way is refused, and nothing of it enters", async () => {
    const path = join(temporaryFolder(), "R_2014.zip");
    const content = expenseFile(expenseRows(2_000).rows);
    await writeZip(path, { "R201401.CSV": content });
    const whole = readFileSync(path);
    const central = whole.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    const changed = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const cases: [string, Buffer, RegExp][] = [
      ["truncated", whole.subarray(0, whole.length - 30), /tronqué ou abîmé/],
      ["corrupt", changed((bytes) => bytes.fill(0xff, 2_000, 2_100)), /abîmé/],
      [
        "with a wrong checksum",
        changed((bytes) => bytes.writeUInt32LE(1, central + 16)),
        /somme de contrôle/,
      ],
      [
        "encrypted",
        changed((bytes) => bytes.writeUInt16LE(bytes.readUInt16LE(central + 8) | 1, central + 8)),
        /mot de passe/,
      ],
      ["a bomb", changed((bytes) => bytes.writeUInt32LE(4e9, central + 24)), /bien plus que sa taille/],
      [
        "a file larger than it says",
        changed((bytes) => bytes.writeUInt32LE(content.length - 1_000, central + 24)),
        /tronqué ou abîmé/,
      ],
    ];
    for (const [, bytes, message] of cases) {
      const home = join(temporaryFolder(), "new");
      writeFileSync(path, bytes);
      await expect(imported(home, path)).rejects.toThrow(message);
      await expect(imported(home, path)).rejects.toBeInstanceOf(UserError);
      expect(fingerprintOf(join(home, ".."))).toEqual({});
    }
  });

  test.each<[string, Record<string, Buffer>, RegExp]>([
    ["of other things", { "lexique.xls": Buffer.from("x") }, /aucun fichier de données.*lexique\.xls/],
    ["of nothing", {}, /il est vide/],
    [
      "without months in the names",
      { "janvier.csv": expenseFile([{}]) },
      /R\.zip\/janvier\.csv ne dit pas de quel mois/,
    ],
    [
      "of the same month twice",
      { "R201401.CSV": expenseFile([{}]), "R201401_sanslib.CSV": expenseFile([{}]) },
      /même mois de remboursement \(201401\)/,
    ],
  ])("%s is refused", async (_, files, message) => {
    const path = join(temporaryFolder(), "R.zip");
    await writeZip(path, files);
    await expect(imported(join(temporaryFolder(), "new"), path)).rejects.toThrow(message);
  });
});

describe("a bad file", () => {
  const row = (fields: ExpenseRow) => expenseFile([{}, fields, {}]);
  const text = expenseFile([{}, {}, {}]).toString("latin1");
  test.each<[string, Buffer | string, RegExp, string?]>([
    ["empty", "", /est vide/],
    ["a header alone", expenseFile([]), /que ses noms de colonnes/],
    ["a web page", "<!DOCTYPE html><html></html>", /page web/],
    ["another dataset", "dep;annee;value\n01;2014;3\n", /n'est pas un fichier de dépenses par caisse/],
    ["Open DAMIR", "FLX_ANN_MOI;ORG_CLE_REG;\n202501;99;\n", /n'est pas un fichier de dépenses par caisse/],
    ["an N file", expenseFile([{}], nationalPublishedColumns), /table R\) : il n'a pas de colonne cpam\./],
    ["in UTF-16", Buffer.from(`\uFEFF${text}`, "utf16le"), /UTF-16/],
    [
      "without a measure",
      expenseFile(
        [{}],
        bareColumns.filter((name) => name !== "rec_mon"),
      ),
      /il manque rec_mon/,
    ],
    ["with a new column", expenseFile([{}], [...bareColumns, "NEUF"]), /colonne inconnue « neuf »/],
    ["with a column twice", expenseFile([{}], [...bareColumns, "cpam"]), /cpam apparaît deux fois/],
    [
      "with English numbers",
      row({ rem_mon: "1,234.56" }),
      /ligne 3, champ rem_mon : « 1,234\.56 » n'est pas un nombre/,
    ],
    ["with a point for decimals", row({ rem_mon: "12.5" }), /ligne 3, champ rem_mon : « 12\.5 »/],
    ["with thousandths of euros", row({ dep_mon: "1,005" }), /ligne 3, champ dep_mon.*trop de décimales/],
    ["with a huge amount", row({ rec_mon: `1${"0".repeat(17)}` }), /champ rec_mon.*dépasse.*DECIMAL\(18,2\)/],
    ["with a large code", row({ prs_nat: "40000" }), /champ prs_nat.*dépasse.*SMALLINT/],
    ["with letters in a number", row({ act_dnb: "12x" }), /ligne 3, champ act_dnb : « 12x »/],
    ["with a word for a code", row({ exe_spe: "Omni" }), /champ exe_spe.*n'est pas un code/],
    ["with a sentence for a caisse", row({ cpam: "à Lille" }), /champ cpam.*n'est pas un code/],
    [
      "with a short line",
      text.replace(/\r\n$/, "").slice(0, -20),
      /ligne 4 : \d+ champs pour 21 attendus.*tronqué/,
    ],
    ["with a long line", text.replace("0,00", "0,00;1"), /ligne 2 : 22 champs pour 21/],
    ["with an empty line", text.replace("\r\n", "\r\n\r\n"), /ligne 2 : ligne vide/],
    [
      "without a month in its name",
      expenseFile([{}]),
      /depenses\.csv ne dit pas de quel mois/,
      "depenses.csv",
    ],
    [
      "of another month by rem_date",
      expenseFile([{}], [...bareColumns, "rem_date"]),
      /rem_date : « 201401 ».*202001/,
      "R202001.CSV",
    ],
    [
      "with a département in two régions",
      expenseFile([{}, { region: "93" }], labelledColumns),
      /ligne 3, champ region : le département 01/,
    ],
    ["a truncated gzip", gzipSync(expenseFile(expenseRows(3_000).rows)).subarray(0, 9_000), /tronqué/],
  ])("%s is refused", async (_, bytes, message, name = "R201401.CSV") => {
    const home = temporaryFolder();
    await imported(home, written("R201312.CSV", expenseFile([{}])));
    const before = fingerprintOf(home);
    const attempt = imported(home, written(name, bytes));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual(before);
  });

  test("leaves the months before it imported, and says so", async () => {
    const home = temporaryFolder();
    const paths = [written("R201401.CSV", expenseFile([{}])), written("R201402.CSV", row({ rem_mon: "x" }))];
    await expect(imported(home, ...paths)).rejects.toThrow(/mois d'avant sont importés : 201401/);
    expect(await query(`SELECT flx_ann_moi FROM ${parquetOf(home)}`)).toEqual([["201401"]]);
  });
});

describe("an N file", () => {
  test("enters damir_national, its month from its name and rem_date", async () => {
    const home = temporaryFolder();
    const bytes = expenseFile([{ rem_date: "202301" }, { rem_date: "202301" }], nationalPublishedColumns);
    const [file] = await nationalReader.add(received(written("NTOT2023_01.CSV", bytes)), home, silentEffects);
    expect(file).toMatchObject({ table: "damir_national", month: "202301", rows: 2, notes: [] });
    expect(
      await query(
        `SELECT flx_ann_moi, serie, sum(rem_mon), min(prs_fac_top) FROM ${parquetOf(home, "damir_national")} GROUP BY ALL`,
      ),
    ).toEqual([["202301", "111111", "37266.80", "0"]]);
  });

  test("that is an R file is refused", async () => {
    const path = written("N201401.csv", expenseFile([{}]));
    await expect(nationalReader.add(received(path), temporaryFolder(), silentEffects)).rejects.toThrow(
      /table N\) : il a une colonne cpam\./,
    );
  });
});

test("the columns are those that the dictionary describes", () => {
  const described = variables("damir_departement").map(({ variable, type }) => `${variable} ${type}`);
  expect(["flx_ann_moi INTEGER", ...departementColumns.map(({ name, sql }) => `${name} ${sql}`)]).toEqual(
    described,
  );
});

test("empty lines may come before the names", async () => {
  const bytes = Buffer.concat([Buffer.from("\r\n\r\n"), expenseFile([{}])]);
  const [file] = await imported(temporaryFolder(), written("R201401.CSV", bytes));
  expect(file?.rows).toBe(1);
});

test("a quoted label may hold the separator", async () => {
  const home = temporaryFolder();
  const line = expenseLine({ l_prs_nat: '"CONSULTATION; COTEE ""C"""' }, labelledColumns);
  const bytes = Buffer.from(`${labelledColumns.join(";")}\r\n${line}\r\n`, "latin1");
  const [file] = await imported(home, written("R201401.CSV", bytes));
  expect(file).toMatchObject({ rows: 1, notes: [] });
});
