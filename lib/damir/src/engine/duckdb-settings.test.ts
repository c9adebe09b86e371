import { totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.js";
import { DuckDBEngine } from "./duckdb-engine.js";
import { duckDBSettings } from "./duckdb-settings.js";
import { sql } from "../query/sql.js";

describe("the memory and the disk of a connection", () => {
  it("leave room for other notebooks", () => {
    const { memory_limit, max_temp_directory_size, threads } = duckDBSettings();
    const mebibytes = (text = "") => Number(/^(\d+)MiB$/.exec(text)?.[1]) * 1024 ** 2;
    expect(mebibytes(memory_limit)).toBeGreaterThan(0);
    expect(mebibytes(memory_limit)).toBeLessThanOrEqual(totalmem() * 0.4);
    expect(mebibytes(max_temp_directory_size)).toBeGreaterThan(0);
    expect(Number(threads)).toBeGreaterThanOrEqual(1);
  });

  it("are what one says", async () => {
    const engine = await DuckDBEngine.open(new Map(), { memory: "300MiB", threads: 1 });
    const { values } = await engine.read(
      sql`SELECT current_setting('memory_limit') AS memoire, current_setting('threads') AS fils`,
    );
    expect(values).toEqual([["300.0 MiB"], [1]]);
    await engine.close();
  });

  it.each([{ memory: "beaucoup" }, { memory: "4" }, { threads: 0 }, { threads: 1.5 }])(
    "refuse %j",
    (limits) => {
      expect(() => duckDBSettings(limits)).toThrow(UserError);
    },
  );
});
