import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { connect, storeFolder } from "damir";
import { describe, expect, test } from "vitest";
import { withDuckDB } from "./duckdb.js";
import { addOpenDamir } from "./open-damir.js";
import {
  importBytes,
  publishedFile,
  publishedNames,
  publishedNamesUntil2014,
  publishedRows,
  query,
  realLines,
  received,
  temporaryFolder,
} from "./open-damir.fixture.js";
import { readVariables } from "./variables.js";

describe("what is published", () => {
  test("the real lines of January 2025 give the same rows and sums", async ({ skip }) => {
    if (!existsSync(realLines)) skip(`the real lines are not here (${realLines})`);
    const text = readFileSync(realLines, "latin1");
    const { month, parquet } = await importBytes(text);
    const [header = "", ...lines] = text.trimEnd().split("\n");
    const names = header.split(";");
    expect(month.rows).toBe(lines.length);
    for (const [measure, found] of Object.entries(month.sums)) {
      const column = names.indexOf(measure.toUpperCase());
      // The twenty lines are small: whole hundredths of hundredths in a double are exact.
      const sum = lines.reduce(
        (total, line) => total + Math.round(Number(line.split(";")[column]) * 10_000),
        0,
      );
      expect([measure, Number(found)]).toEqual([measure, sum / 10_000]);
    }
    expect(Object.keys(month.sums)).toHaveLength(13);
    const rows = await query(
      `SELECT prs_nat, soi_moi, flt_rem_mnt, etb_dcs_mco FROM '${parquet}' WHERE prs_nat = 1976`,
    );
    expect(rows).toEqual([["1976", "1", "-5.00", "Z"]]);
  });

  test("each trap of the format keeps its value", async () => {
    const { parquet, month } = await importBytes(
      publishedFile([
        { PRS_NAT: "1", FLT_REM_MNT: ".51", PRS_REM_MNT: "-.31", PRS_ACT_COG: "2.5", PRS_REM_TAU: "39.69" },
        { PRS_NAT: "2", PRS_ACT_NBR: "", FLT_ACT_NBR: "", PRS_REM_TAU: "999" },
        { PRS_NAT: "3", SOI_ANN: "0000", SOI_MOI: "00" },
        { PRS_NAT: "4", FLT_REM_MNT: "-12", FLT_ACT_QTE: "3" },
      ]),
    );
    const rows = await query(
      `SELECT flt_rem_mnt, prs_rem_mnt, prs_act_cog, prs_rem_tau, prs_act_nbr, flt_act_nbr, soi_ann, soi_moi, flt_act_qte
       FROM '${parquet}' ORDER BY prs_nat`,
    );
    expect(rows).toEqual([
      ["0.51", "-0.31", "2.5000", "39.69", "0", "0", "2025", "1", "0"],
      ["0.00", "0.00", "0.0000", "999.00", null, null, "2025", "1", "0"],
      ["0.00", "0.00", "0.0000", "70.00", "0", "0", "0", "0", "0"],
      ["-12.00", "0.00", "0.0000", "70.00", "0", "0", "2025", "1", "3"],
    ]);
    expect(month.sums).toMatchObject({ flt_rem_mnt: "-11.49", prs_rem_mnt: "-0.31", flt_act_qte: "3" });
  });

  test("the store's columns have the dictionary's names, order and types, whatever the order of the file", async () => {
    const { parquet } = await importBytes(publishedFile([{}], { names: [...publishedNames].reverse() }));
    const columns = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${parquet}')`);
    expect(columns).toEqual(readVariables().map(({ name, sql }) => [name, sql]));
  });

  test("rows are sorted on the keys of the store, the first rows first", async () => {
    const { parquet } = await importBytes(publishedFile(publishedRows(3000)));
    const natures = (await query(`SELECT prs_nat FROM '${parquet}'`)).map(([nature]) => Number(nature));
    expect(natures).toEqual([...natures].sort((a, b) => a - b));
    expect(new Set(natures).size).toBeGreaterThan(500);
  });

  test("identical rows are all kept", async () => {
    const { month, parquet } = await importBytes(publishedFile([{}, {}, {}]));
    expect(month.rows).toBe(3);
    expect(await query(`SELECT count(*) FROM '${parquet}'`)).toEqual([["3"]]);
  });

  test("a column that the file lacks is null, and said", async () => {
    const names = publishedNames.filter((name) => name !== "ETB_DCS_MCO" && name !== "FLT_DEP_MNT");
    const { month, parquet } = await importBytes(publishedFile([{}], { names }));
    expect(month.missing).toEqual(["flt_dep_mnt", "etb_dcs_mco"]);
    expect(month.sums).not.toHaveProperty("flt_dep_mnt");
    expect(await query(`SELECT etb_dcs_mco, flt_dep_mnt, top_ps5_trg FROM '${parquet}'`)).toEqual([
      [null, null, "0"],
    ]);
  });

  test("a file of 2009 to 2014 fills the zones and leaves the regions null, which isn't missed", async () => {
    const { month, parquet } = await importBytes(
      publishedFile([{ FLX_ANN_MOI: "201401", BEN_RES_ZEAT: "9", ETE_ZEAT_COD: "1", FLT_REM_MNT: "1.5" }], {
        names: publishedNamesUntil2014,
      }),
      "P201401.csv",
    );
    expect(month).toMatchObject({ month: "201401", rows: 1, missing: ["etb_dcs_mco"] });
    expect(month.notes).toEqual([
      expect.stringMatching(/2009 à 2014 .* zones ZEAT .* seul le niveau national se compare/),
      "Variables absentes de ce fichier (null) : etb_dcs_mco.",
    ]);
    expect(
      await query(
        `SELECT ben_res_zeat, ete_zeat_cod, pre_ins_zeat, ben_res_reg, ete_reg_cod, flt_rem_mnt FROM '${parquet}'`,
      ),
    ).toEqual([["9", "1", "0", null, null, "1.50"]]);
  });

  test("months of both eras, and a month imported before the zones were, answer one query", async () => {
    const home = temporaryFolder();
    const [older, newer] = [join(home, "P201412.csv"), join(home, "A201501.csv")];
    writeFileSync(
      older,
      publishedFile([{ FLX_ANN_MOI: "201412", BEN_RES_ZEAT: "3" }], { names: publishedNamesUntil2014 }),
    );
    writeFileSync(
      newer,
      publishedFile([{ FLX_ANN_MOI: "201501", BEN_RES_REG: "32" }, { FLX_ANN_MOI: "201501" }]),
    );
    await addOpenDamir(received(older, newer), home);
    const parquet = join(storeFolder(home), "damir/201501.parquet");
    const former = join(home, "former.parquet");
    await withDuckDB(home, { memory: "200MB", threads: 1 }, (connection) =>
      connection.run(`COPY (SELECT * EXCLUDE (ben_res_zeat, pre_ins_zeat) FROM '${parquet}') TO '${former}'`),
    );
    renameSync(former, parquet);
    const damir = await connect({ home });
    const { rows } = await damir.sql`
      SELECT flx_ann_moi, ben_res_zeat, ben_res_reg, count(*) AS lignes FROM damir GROUP BY ALL ORDER BY ALL`;
    expect(rows).toEqual([
      { flx_ann_moi: 201412, ben_res_zeat: 3, ben_res_reg: null, lignes: 1 },
      { flx_ann_moi: 201501, ben_res_zeat: null, ben_res_reg: 0, lignes: 1 },
      { flx_ann_moi: 201501, ben_res_zeat: null, ben_res_reg: 32, lignes: 1 },
    ]);
  });

  test("a store whose months were all imported before the zones were still answers queries that name them", async () => {
    const home = temporaryFolder();
    const file = join(home, "A201501.csv");
    writeFileSync(file, publishedFile([{ FLX_ANN_MOI: "201501", BEN_RES_REG: "32", FLT_REM_MNT: "1.5" }]));
    await addOpenDamir(received(file), home);
    const parquet = join(storeFolder(home), "damir/201501.parquet");
    const former = join(home, "former.parquet");
    await withDuckDB(home, { memory: "200MB", threads: 1 }, (connection) =>
      connection.run(
        `COPY (SELECT * EXCLUDE (org_cle_zeat, ben_res_zeat, ete_zeat_cod, etp_zeat_cod, exe_ins_zeat, pre_ins_zeat) FROM '${parquet}') TO '${former}'`,
      ),
    );
    renameSync(former, parquet);
    const damir = await connect({ home });
    const { rows, columns } = await damir.sql`
      SELECT mois_traitement::VARCHAR AS mois, COLUMNS('zeat'), flt_rem_mnt FROM damir`;
    expect(rows).toEqual([
      {
        mois: "2015-01-01",
        org_cle_zeat: null,
        ben_res_zeat: null,
        ete_zeat_cod: null,
        etp_zeat_cod: null,
        exe_ins_zeat: null,
        pre_ins_zeat: null,
        flt_rem_mnt: 1.5,
      },
    ]);
    expect(columns.find(({ name }) => name === "ben_res_zeat")?.type).toBe("SMALLINT");
  });

  test("a row shorter than the header is padded with nulls, and counted", async () => {
    const lines = publishedFile([{ PRS_NAT: "1" }, { PRS_NAT: "2" }]).split("\n");
    lines[1] = (lines[1] ?? "").split(";").slice(0, -3).join(";");
    const { month, parquet } = await importBytes(lines.join("\n"));
    expect(month.shortRows).toBe(1);
    expect(
      await query(
        `SELECT prs_nat, psp_stj_snds, top_ps5_trg, etb_dcs_mco FROM '${parquet}' ORDER BY prs_nat`,
      ),
    ).toEqual([
      ["1", "0", null, null],
      ["2", "0", "0", "Z"],
    ]);
  });

  test.each([
    ["CRLF", publishedFile([{ FLT_REM_MNT: "1.5" }, {}], { end: "\r\n" })],
    ["no separator after the last field", publishedFile([{ FLT_REM_MNT: "1.5" }, {}], { trailing: false })],
    ["no end of line after the last row", publishedFile([{ FLT_REM_MNT: "1.5" }, {}]).trimEnd()],
    ["empty lines at the end", `${publishedFile([{ FLT_REM_MNT: "1.5" }, {}])}\n\n`],
    ["a byte order mark", `\u00ef\u00bb\u00bf${publishedFile([{ FLT_REM_MNT: "1.5" }, {}])}`],
    ["zeros beyond the cents", publishedFile([{ FLT_REM_MNT: "1.5000", FLT_ACT_QTE: "0.0" }, {}])],
    [
      "a header in lower case",
      publishedFile([{ FLT_REM_MNT: "1.5" }, {}]).replace("FLX_ANN_MOI", "flx_ann_moi"),
    ],
  ])("%s changes nothing", async (_, text) => {
    const { month } = await importBytes(Buffer.from(text, "latin1"));
    expect(month).toMatchObject({ rows: 2, shortRows: 0, sums: { flt_rem_mnt: "1.50" } });
  });

  test("gzip, of one member or several, and whatever the file's name", async () => {
    const text = publishedFile(publishedRows(5000));
    const plain = await importBytes(text);
    const half = 300_001;
    const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
    const one = await importBytes(gzipSync(text), "A202501.csv.gz");
    const several = await importBytes(members, "download");
    expect(one.month.sums).toEqual(plain.month.sums);
    expect(several.month).toMatchObject({ rows: 5000, sums: plain.month.sums });
    expect(plain.month.sums["flt_rem_mnt"]).not.toBe("0.00");
  });

  test("sums are exact where doubles are not", async () => {
    const amounts = ["9007199254740993.01", "-.02", ".03", "9007199254740993.01", "-9007199254740993"];
    const { month } = await importBytes(publishedFile(amounts.map((amount) => ({ FLT_REM_MNT: amount }))));
    expect(month.sums["flt_rem_mnt"]).toBe("9007199254740993.03");
    expect(amounts.reduce((sum, amount) => sum + Number(amount), 0).toFixed(2)).not.toBe(
      "9007199254740993.03",
    );
  });

  test("the month comes from the rows, not from the file's name", async () => {
    const { month, parquet } = await importBytes(publishedFile([{ FLX_ANN_MOI: "202307" }]), "A202501.csv");
    expect(month.month).toBe("202307");
    expect(parquet).toMatch(/damir\/202307\.parquet$/);
  });
});
