import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { manifestVersion, type StoreTable } from "../store.js";

/** A table of a small store: its rows as a SELECT, and whether they are said to be synthetic. */
export interface SmallTable {
  select: string;
  synthetic: boolean;
  title?: string;
  producer?: string;
  updated?: string;
}

/** Writes a real store of a few rows for tests and gives the folder to connect to. */
export async function smallHome(
  parts: Partial<Record<"sample" | "store", Record<string, SmallTable>>>,
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "damir-home-"));
  const connection = await (await DuckDBInstance.create()).connect();
  for (const [part, tables] of Object.entries(parts)) {
    const described: Record<string, StoreTable> = {};
    for (const [name, table] of Object.entries(tables)) {
      mkdirSync(join(home, part, name), { recursive: true });
      const path = join(home, part, name, "1.parquet");
      await connection.run(`COPY (${table.select}) TO '${path}' (FORMAT parquet)`);
      const reader = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM '${path}'`);
      described[name] = {
        title: table.title ?? name,
        producer: table.producer ?? "CNAM",
        licence: "Licence Ouverte 2.0",
        ...(table.updated === undefined ? {} : { updated: table.updated }),
        synthetic: table.synthetic,
        files: [{ path: `${name}/1.parquet`, rows: Number(reader.value(0, 0)), bytes: 0, sha256: "" }],
      };
    }
    writeFileSync(
      join(home, part, "manifest.json"),
      JSON.stringify({ version: manifestVersion, tables: described }),
    );
  }
  connection.closeSync();
  return home;
}
