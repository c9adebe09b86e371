import { gzipSync } from "node:zlib";
import { readStore, storeFolder, variables } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { query, received, temporaryFolder } from "../open-damir.fixture.js";
import { textFromScaled } from "../scaled-number.js";
import { departementColumns } from "./expense-columns.js";
import { nationalReader } from "./expense-reader.js";
import {
  bareColumns,
  expenseFile,
  expenseLine,
  expenseRows,
  imported,
  labelledColumns,
  nationalPublishedColumns,
  parquetOf,
  written,
  type ExpenseRow,
} from "./expense.fixture.js";

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
