import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as library from "../index.js";
import type { Query } from "../query/query.js";
import { runNotebook } from "../testing/notebook-code.js";
import { connect, type ConnectOptions, type Damir } from "./connection.js";

const notebooks = join(library.projectRoot, "notebooks");
const home = join(library.projectRoot, ".damir");
const sample = existsSync(join(home, "sample", "manifest.json"));

const starters = readdirSync(notebooks).filter((name) => existsSync(join(notebooks, name, "notebook.ipynb")));

/** Starters that walk into traps to show what they cost, and the rules that say so. */
const taught: Readonly<Record<string, readonly string[]>> = {
  "16-lire-damir": [
    "actes-nbr",
    "argent-flottant",
    "mois-de-soins",
    "natures-melangees",
    "negatifs",
    "prs-sans-type",
    "type-99",
  ],
};

describe.skipIf(!sample)("the queries of the starters (they need the sample: npx damir data sample)", () => {
  it.each(starters)("%s walks into no trap but those it teaches", async (starter) => {
    const queries: Query<object>[] = [];
    const connections: Damir[] = [];
    /** Connects to the sample, and keeps the queries. */
    const connectHere = async (options: ConnectOptions): Promise<Damir> => {
      const damir = await connect({ ...options, home });
      const sql = damir.sql.bind(damir);
      damir.sql = <R extends object>(...parts: Parameters<Damir["sql"]>) => {
        const query = sql<R>(...parts);
        queries.push(query);
        return query;
      };
      connections.push(damir);
      return damir;
    };
    // A notebook finds its files from its own folder.
    const before = process.cwd();
    process.chdir(join(notebooks, starter));
    try {
      await runNotebook(join(notebooks, starter, "notebook.ipynb"), {
        damir: { ...library, connect: connectHere },
      });
    } finally {
      process.chdir(before);
    }
    const warnings: { rule: string; why: string; query: string }[] = [];
    for (const query of queries) {
      const result = await query;
      warnings.push(...result.warnings.map(({ rule, why }) => ({ rule, why, query: query.text })));
    }
    for (const connection of connections) await connection.close();
    expect(queries.length).toBeGreaterThan(2);
    const expected = taught[starter] ?? [];
    expect(warnings.filter(({ rule }) => !expected.includes(rule))).toEqual([]);
    expect([...new Set(warnings.map(({ rule }) => rule))].sort()).toEqual(expected);
  });
});
