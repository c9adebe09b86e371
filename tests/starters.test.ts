import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedFile, publishedRows, realLines } from "../lib/pipeline/src/open-damir.fixture.js";
import { noPostgres } from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { joined } from "../scripts/notebook-run.mjs";
import { home } from "../scripts/setup.mjs";
import { servedQueryCases } from "./served-queries.cases.js";
import { findings } from "./starter-findings.js";
import {
  checkMarks,
  checkNoMarks,
  checkPromises,
  checkSameFigures,
  checkSameTexts,
  faults,
  only,
} from "./starter-outputs.js";
import {
  add,
  all,
  publishedPlace,
  run,
  sampled,
  serverPlace,
  unlikeRows,
  type Place,
  type ServerPlace,
} from "./starter-places.js";

const slugs = all.map(({ slug }) => slug);

describe("on the sample", () => {
  it.concurrent.each(slugs)(
    "%s runs without a fault, keeps its promises, and marks what it shows",
    async (slug) => {
      const notebook = await sampled(slug);
      expect(faults(notebook)).toEqual([]);
      checkPromises(notebook);
      checkMarks(notebook);
    },
  );

  it.concurrent.each(slugs)("%s finds what was planted there", async (slug) => {
    const finding = findings[slug];
    if (finding === undefined) throw new Error(`no finding is stated for ${slug}`);
    finding(await sampled(slug));
  });
});

/** Cells that say where the rows come from, producers' titles, whether they are synthetic: they must differ. */
const inventories: Readonly<Record<string, readonly string[]>> = {
  "00-premiers-pas": ["connexion"],
  "17-publier": ["sources", "alternatives", "controle"],
};

describe("on the sample published and imported", () => {
  let published: Place & { home: string };
  beforeAll(async () => {
    published = await publishedPlace();
  });
  afterAll(() => published.remove());

  it.each([
    ["damir", "*"],
    ["damir_departement", "*"],
    ["medecins", "*"],
    ["meteo", "*"],
    ["accidents", "*"],
    // The CNAM publishes its affiliates of 90 and over together.
    ["population", "* REPLACE (CASE WHEN age_min < 90 THEN affilies_rg END AS affilies_rg)"],
  ])("%s holds the sample's rows", async (table, columns) => {
    const [sample, store] = [join(home, "sample"), join(published.home, "store")];
    expect(await unlikeRows(sample, store, table, columns)).toBe(0);
  });

  it.concurrent.each(slugs)("%s shows the same figures, and nothing as synthetic", async (slug) => {
    const notebook = await run(slug, published.env(slug));
    expect(faults(notebook)).toEqual([]);
    checkPromises(notebook);
    checkNoMarks(notebook);
    checkSameFigures(notebook, await sampled(slug), inventories[slug]);
  });
});

describe.skipIf(noPostgres)(`on a server${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let server: ServerPlace;
  beforeAll(async () => {
    server = await serverPlace();
  });
  afterAll(() => server.remove());

  it.concurrent.each(slugs)("%s shows the same figures, sources and marks", async (slug) => {
    const notebook = await run(slug, server.env(slug));
    expect(faults(notebook)).toEqual([]);
    checkPromises(notebook);
    checkMarks(notebook);
    checkSameTexts(notebook, await sampled(slug));
  });

  servedQueryCases(slugs, () => server);
});

describe("on an imported month", () => {
  const homes: string[] = [];
  /** A home with the sample and the month that the command imports into it. */
  const homeWith = async (file: string) => {
    const imported = mkdtempSync(join(tmpdir(), "damir-imported-"));
    homes.push(imported);
    symlinkSync(join(home, "sample"), join(imported, "sample"));
    await add("open-damir", [file], imported);
    return imported;
  };
  afterAll(() => {
    for (const folder of homes) rmSync(folder, { recursive: true, force: true });
  });
  const some = ["00-premiers-pas", "01-densite-medicale"];

  describe("made as they are published", () => {
    let imported: string;
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), "published-"));
      homes.push(folder);
      const file = join(folder, "A202501.csv");
      writeFileSync(file, publishedFile(publishedRows(2000)));
      imported = await homeWith(file);
    });

    it.concurrent.each(some)("%s runs unchanged", async (slug) => {
      checkPromises(await run(slug, { DAMIR_HOME: imported }));
    });
  });

  describe.skipIf(!existsSync(realLines))("of real published lines", () => {
    let imported: string;
    beforeAll(async () => {
      imported = await homeWith(realLines);
    });

    it("00-premiers-pas runs unchanged, and cites the publisher without the synthetic mark", async () => {
      const notebook = await run("00-premiers-pas", { DAMIR_HOME: imported });
      checkPromises(notebook);
      const shown = joined(only(notebook, "prestations").data?.["text/plain"]);
      expect(shown).toContain("Source : Open DAMIR");
      expect(shown).not.toContain("SYNTHÉTIQUES");
      expect(joined(only(notebook, "carte").data?.["text/plain"])).toContain(
        "SYNTHÉTIQUES, à ne pas publier : population",
      );
    });

    it("01-densite-medicale runs unchanged", async () => {
      checkPromises(await run("01-densite-medicale", { DAMIR_HOME: imported }));
    });
  });
});
