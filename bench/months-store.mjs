/**
 * A store of as many rows of Open DAMIR as a measure wants: one generated month, imported once, and copies of it under the
 * months that follow. The companion tables are those of the synthetic sample.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  addOpenDamir,
  ensureSample,
  refreshRollUps,
  silentEffects,
  StoreWriter,
} from "../lib/pipeline/dist/index.js";
import { monthlyFile } from "./open-damir-month.mjs";

/** Rows of a month. */
const rowsPerMonth = 3_000_000;

/**
 * @param {string} folder of what the measures made before
 * @param {number} rows
 * @returns {Promise<string>} the store's home
 */
export async function monthsStore(folder, rows) {
  const home = join(folder, `months-with-rollups-${rows}`);
  const refresh = () =>
    StoreWriter.use(join(home, "store"), (writer) => refreshRollUps(writer, silentEffects, 1));
  if (existsSync(join(home, "store", "manifest.json"))) {
    // Roll-ups may have changed since.
    await refresh();
    return home;
  }
  const base = await importedMonth(folder, Math.min(rows, rowsPerMonth));
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, "store", "damir"), { recursive: true });
  const { folder: sample } = await ensureSample(folder);
  symlinkSync(sample, join(home, "sample"));
  const manifest = JSON.parse(readFileSync(join(base, "store", "manifest.json"), "utf8"));
  const [original] = manifest.tables.damir.files;
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "4GB" });
  const connection = await instance.connect();
  /** @type {object[]} */
  const files = [];
  for (
    let left = rows, month = 202501;
    left > 0;
    left -= rowsPerMonth, month += month % 100 === 12 ? 89 : 1
  ) {
    const path = `damir/${month}.parquet`;
    const count = Math.min(left, rowsPerMonth);
    await connection.run(
      `COPY (SELECT * REPLACE (${month}::INTEGER AS flx_ann_moi) FROM '${join(base, "store", original.path)}' LIMIT ${count})
       TO '${join(home, "store", path)}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    const bytes = statSync(join(home, "store", path)).size;
    files.push({ path, month: String(month), rows: count, bytes, sha256: `of ${month}` });
  }
  connection.closeSync();
  instance.closeSync();
  const damir = { ...manifest.tables.damir, synthetic: true, files };
  const written = join(home, "store", "manifest.json");
  writeFileSync(`${written}.partial`, JSON.stringify({ ...manifest, tables: { damir } }));
  renameSync(`${written}.partial`, written);
  await refresh();
  return home;
}

/**
 * @param {string} folder
 * @param {number} rows
 */
async function importedMonth(folder, rows) {
  const home = join(folder, `month-${rows}`);
  if (existsSync(join(home, "store", "manifest.json"))) return home;
  const file = await monthlyFile(folder, rows);
  await addOpenDamir([{ path: file }], home, silentEffects);
  return home;
}
