import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storeFolder } from "damir";
import { expect, test } from "vitest";
import { withDuckDB } from "./duckdb.js";
import { addOpenDamir } from "./open-damir.js";
import { publishedFile, received, temporaryFolder } from "./open-damir.fixture.js";
import { checkStore } from "./store-check.js";
import { measure, StoreWriter } from "./store-writer.js";

test("what an older version imported is right, and said to lack the columns that came since", async () => {
  const home = temporaryFolder();
  const store = storeFolder(home);
  for (const month of ["202411", "202412"]) {
    const file = join(temporaryFolder(), `A${month}.csv`);
    writeFileSync(file, publishedFile([{ FLX_ANN_MOI: month }]));
    await addOpenDamir(received(file), home);
  }
  expect(await checkStore(store)).toMatchObject({ files: 2, rows: 2, faults: [], outdated: [] });
  await StoreWriter.use(store, async (writer) => {
    const table = writer.manifest().tables["damir"];
    for (const file of table?.files ?? []) {
      const former = join(writer.workFolder, "former.parquet");
      await withDuckDB(writer.workFolder, { memory: "200MB", threads: 1 }, (connection) =>
        connection.run(
          `COPY (SELECT * EXCLUDE (ben_res_zeat, pre_ins_zeat) FROM '${join(store, file.path)}') TO '${former}'`,
        ),
      );
      const parquet = join(writer.workFolder, "again.parquet");
      renameSync(former, parquet);
      const description = { title: "x", producer: "x", licence: "x", synthetic: false };
      const { month = "", rows, sums = {} } = file;
      expect((await measure(parquet)).sha256).not.toBe(file.sha256);
      await writer.add("damir", description, { name: month, month, parquet, rows, sums });
    }
  });
  expect(await checkStore(store)).toMatchObject({
    files: 2,
    rows: 2,
    faults: [],
    outdated: [expect.stringMatching(/^damir\/202411\S*, damir\/202412\S* sans ben_res_zeat, pre_ins_zeat$/)],
  });
});

test("where there is no store there is nothing to check", async () => {
  expect(await checkStore(storeFolder(temporaryFolder()))).toBeUndefined();
});
