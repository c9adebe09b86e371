import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import type { Manifest } from "damir";
import { afterAll, beforeAll } from "vitest";
import { generateSample } from "./index.js";

/** A sample made for tests, with a view a table: it takes seconds, so that one serves all the cases. */
export interface GeneratedSample {
  folder: string;
  /** What was said while it was made. */
  messages: readonly string[];
  /** Once the tests run. */
  readonly manifest: Manifest;
  /** Rows of a query. */
  rows: (sql: string) => Promise<Record<string, DuckDBValue>[]>;
  /** The only row of a query, as numbers. */
  numbers: (sql: string) => Promise<Record<string, number>>;
  /** Values by key of a query that gives `key` and `value`. */
  byKey: (sql: string) => Promise<Map<number, number>>;
}

/** Makes the sample before the tests of the file that calls it, and removes it after them. */
export function generatedSample(): GeneratedSample {
  const folder = join(mkdtempSync(join(tmpdir(), "damir-sample-")), "sample");
  const messages: string[] = [];
  let manifest: Manifest = { version: 1, tables: {} };
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    manifest = await generateSample(folder, { progress: (message) => messages.push(message) });
    instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    connection = await instance.connect();
    for (const name of Object.keys(manifest.tables)) {
      await connection.run(`CREATE VIEW ${name} AS FROM read_parquet('${folder}/${name}/*.parquet')`);
    }
  }, 300_000);

  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  return {
    folder,
    messages,
    get manifest() {
      return manifest;
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
    numbers: async (sql) => {
      const [row] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
      return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
    },
    byKey: async (sql) => {
      const found = (await connection.runAndReadAll(sql)).getRowObjectsJson();
      return new Map(found.map(({ key, value }) => [Number(key), Number(value)]));
    },
  };
}

/** How far a value is from the wanted one, in proportion. */
export function gap(value: number | undefined, wanted: number): number {
  return Math.abs((value ?? NaN) / wanted - 1);
}
