import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { jupyterDisplay } from "../display.js";
import type { Notice } from "../guard-rails/notice.js";
import { smallHome } from "../testing/small-store.js";
import { connect, type Damir } from "./connection.js";

const rows = `SELECT * FROM (VALUES
  (202501, 11::SMALLINT, 2025::SMALLINT, 1::SMALLINT, 1110::SMALLINT, 0::SMALLINT, 10.10::DECIMAL(18,2), 9.90::DECIMAL(18,2)),
  (202501, 11::SMALLINT, 2025::SMALLINT, 1::SMALLINT, 1110::SMALLINT, 5::SMALLINT, 10.10::DECIMAL(18,2), 0.00::DECIMAL(18,2))
) t(flx_ann_moi, ben_res_reg, soi_ann, soi_moi, prs_nat, prs_rem_typ, prs_pai_mnt, flt_rem_mnt)`;

const signal = Symbol.for("Jupyter.signal");

describe("the warnings of a connection", () => {
  let home: string;
  let damir: Damir;
  beforeAll(async () => {
    home = await smallHome({ sample: { damir: { select: rows, synthetic: true } } });
    damir = await connect({ home });
  });
  afterAll(async () => {
    await damir.close();
    rmSync(home, { recursive: true });
  });

  /** What a notebook's cells show. */
  let shown: string[];
  const runCell = (): void => {
    Reflect.set(globalThis, signal, new AbortController().signal);
  };
  beforeEach(() => {
    shown = [];
    Reflect.set(globalThis, "display", (value: Notice) => {
      shown.push(value.toString());
    });
    runCell();
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, signal);
    Reflect.deleteProperty(globalThis, "display");
    vi.restoreAllMocks();
  });

  it("are carried by the result and shown where the query runs", async () => {
    const result = await damir.sql`SELECT sum(prs_pai_mnt) AS depense FROM damir`;
    expect(result.warnings.map(({ rule }) => rule)).toEqual(["prs-sans-type"]);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain("prs_rem_typ = 0");
    expect(JSON.stringify(result[jupyterDisplay]().data)).not.toContain("prs-sans-type");
  });

  it("are shown once a run of the cell, and again when it runs again", async () => {
    const query = () => damir.sql`SELECT sum(prs_pai_mnt) AS depense FROM damir WHERE prs_nat = ${1110}`;
    await query();
    await query();
    expect(shown).toHaveLength(1);
    await damir.sql`SELECT max(prs_nat) AS nature, sum(prs_pai_mnt) AS depense FROM damir`;
    expect(shown).toHaveLength(2);
    runCell();
    await query();
    expect(shown).toHaveLength(3);
  });

  it("are shown for rows, columns and streams too, and not for a query that fails", async () => {
    await damir.sql`SELECT sum(prs_pai_mnt) AS a FROM damir`.rows();
    await damir.sql`SELECT sum(prs_pai_mnt) AS b FROM damir`.columns();
    for await (const row of damir.sql`SELECT sum(prs_pai_mnt) AS c FROM damir`.stream()) {
      expect(row).toEqual({ c: 20.2 });
    }
    expect(shown).toHaveLength(3);
    await expect(damir.sql`SELECT sum(prs_pai_mnt), nimporte FROM damir`).rejects.toThrow(/nimporte/);
    expect(shown).toHaveLength(3);
  });

  it("know the values that are bound", async () => {
    const filtered = (type: number) =>
      damir.sql`SELECT sum(prs_pai_mnt) FROM damir WHERE prs_rem_typ = ${type}`;
    expect((await filtered(0)).warnings).toEqual([]);
    expect((await filtered(5)).warnings).toHaveLength(1);
  });

  it("see through a nested query", async () => {
    const raw = damir.sql`SELECT prs_nat, prs_pai_mnt AS montant FROM damir WHERE prs_nat = ${1110}`;
    expect((await damir.sql`SELECT sum(montant) FROM (${raw})`).warnings).toHaveLength(1);
  });

  it("can be silenced, by query and by connection", async () => {
    const silent = await damir.sql`SELECT sum(prs_pai_mnt) FROM damir`.silence("prs-sans-type");
    expect(silent.warnings).toEqual([]);
    for (const guardRails of [false, { silence: ["prs-sans-type"] }]) {
      const other = await connect({ home, guardRails });
      expect((await other.sql`SELECT sum(prs_pai_mnt) FROM damir`).warnings).toEqual([]);
      await other.close();
    }
    expect(shown).toEqual([]);
    await expect(damir.sql`SELECT 1`.silence("prs")).rejects.toThrow(/« prs ».*prs-sans-type/);
    await expect(connect({ home, guardRails: { silence: ["prs"] } })).rejects.toThrow(/« prs »/);
  });

  it("go to the standard error outside a notebook", async () => {
    Reflect.deleteProperty(globalThis, signal);
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    await damir.sql`SELECT sum(prs_pai_mnt) AS hors_notebook FROM damir`;
    expect(shown).toEqual([]);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toMatch(/^Attention \(prs-sans-type\) :/);
  });
});
