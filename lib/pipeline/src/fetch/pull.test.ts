import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readStore, storeFolder } from "damir";
import { describe, expect, test } from "vitest";
import { addOpenDamir } from "../open-damir.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { checkStore } from "../store-check.js";
import { answering, PublishedSites } from "./published-sites.fixture.js";
import { monthsIn, publishedMonth, pullSetting } from "./pull.fixture.js";
import { pull } from "./pull.js";

describe("open-damir", () => {
  test("a year comes from the list page, with its session and token; the manifest says from where and when", async () => {
    const { sites, effects, home, run } = await pullSetting();
    for (const of of ["202401", "202402", "202403"])
      sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    const outcome = await run({ "open-damir": ["2024"] });
    expect(outcome).toMatchObject({ failures: [], unchanged: [] });
    expect(monthsIn(home)).toEqual(["202401", "202402", "202403"]);
    expect(readStore(storeFolder(home))?.manifest.tables["damir"]?.files[0]?.source).toMatchObject({
      name: "A202401.csv.gz",
      url: "https://open-data-assurance-maladie.ameli.fr/depenses/download_file.php?file=Open_DAMIR/A202401.csv.gz",
      etag: sites.files.get("cnam/A202401.csv.gz")?.etag,
      updated: "2026-03-30",
    });
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
    // Removed after their import, what is known of them stays.
    expect(readdirSync(join(home, "downloads/open-damir")).sort()).toEqual(
      ["202401", "202402", "202403"].map((of) => `A${of}.csv.gz.json`),
    );
    expect(effects.said.filter((text) => text.includes("lien"))).toEqual([]);
  });

  test("a second run finds all unchanged; a month republished comes again", async () => {
    const { sites, home, run } = await pullSetting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    await run({ "open-damir": ["2024-01..2024-02"] });
    const sent = sites.sent;
    expect((await run({ "open-damir": ["2024-01..2024-02"] })).unchanged).toEqual([
      "A202401.csv.gz",
      "A202402.csv.gz",
    ]);
    expect(sites.sent).toBe(sent);
    sites.files.set("cnam/A202402.csv.gz", publishedMonth("202402", 55));
    const again = await run({ "open-damir": ["2024-01..2024-02"] });
    expect(again.unchanged).toEqual(["A202401.csv.gz"]);
    expect(again.imported).toMatchObject([{ month: "202402", rows: 55, replaced: true }]);
    expect((await run({ "open-damir": ["2024-01"] }, { force: true })).imported).toMatchObject([
      { replaced: true },
    ]);
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
  });

  test("a month imported by hand isn't fetched where it is the one published", async () => {
    const { sites, home, plan } = await pullSetting();
    const file = publishedMonth("202401");
    sites.files.set("cnam/A202401.csv.gz", file);
    const path = join(temporaryFolder(), "A202401.csv.gz");
    writeFileSync(path, file.bytes);
    await addOpenDamir([{ path }], home);
    expect((await plan({ "open-damir": ["2024-01"] })).files).toMatchObject([{ state: "unchanged" }]);
  });

  test("a stale token is recognised and renewed", async () => {
    const { sites, effects, home, start } = await pullSetting();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    const { own, client, plan } = start({ "open-damir": ["2024-01"] });
    const planned = await plan();
    sites.expire();
    await pull(planned, home, { jobs: 1, force: false }, client, own);
    expect(effects.said).toContain("A202401.csv.gz : le lien n'est plus valable, la page en redonne un.");
    expect(monthsIn(home)).toEqual(["202401"]);
  });

  test("a token that is always stale is told, with a way out", async () => {
    const { sites, run } = await pullSetting();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    const page = answering(200, { "content-type": "text/html" }, "<html>session</html>");
    sites.faults.push(page, page, page, page);
    const { failures } = await run({ "open-damir": ["2024-01"] });
    expect(failures).toEqual([
      expect.stringMatching(/page web .*demandé 3 fois de nouveau.*damir data add open-damir/),
    ]);
  });

  test("months not published are said, the others come; none at all is refused", async () => {
    const { sites, plan } = await pullSetting();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    expect(await plan({ "open-damir": ["2024-01..2024-03"] })).toMatchObject({
      files: [{ state: "fetch" }],
      missing: ["open-damir 2024-02", "open-damir 2024-03"],
    });
    await expect(plan({ "open-damir": ["2024-02"] })).rejects.toThrow(
      /rien de ce que vous demandez n'est publié \(2024-02\)/,
    );
    await expect(plan({ "open-damir": ["2023-02"] })).rejects.toThrow(
      /ne montre aucun fichier à télécharger/,
    );
    await expect(plan({ "open-damir": [] })).rejects.toThrow(/Dites quels mois/);
    await expect(plan({ "open-damir": ["1999"] })).rejects.toThrow(/n'a rien sur cette période/);
    await expect(plan({ medecins: ["2024"] })).rejects.toThrow(/se télécharge en entier/);
  });

  test("one bad month doesn't keep the others from coming", async () => {
    const { sites, home, run } = await pullSetting();
    for (const of of ["202401", "202403"]) sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    sites.files.set("cnam/A202402.csv.gz", PublishedSites.file(gzipSync("x;y\n1;2\n")));
    const { failures } = await run({ "open-damir": ["2024"] }, { jobs: 1 });
    expect(failures).toEqual([expect.stringMatching(/A202402\.csv\.gz n'est pas/)]);
    expect(monthsIn(home)).toEqual(["202401", "202403"]);
    // It stays for whoever wants to look at it, and isn't fetched again.
    const sent = sites.sent;
    expect((await run({ "open-damir": ["2024-02"] })).failures).toHaveLength(1);
    expect(sites.sent).toBe(sent);
  });

  test("two at once don't hurt each other: one fetches, the other sees it is done", async () => {
    const { sites, home, run } = await pullSetting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    const outcomes = await Promise.all([run({ "open-damir": ["2024"] }), run({ "open-damir": ["2024"] })]);
    expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
    expect(outcomes.flatMap(({ imported }) => imported.map((file) => file.month)).sort()).toEqual([
      "202401",
      "202402",
    ]);
    expect(monthsIn(home)).toEqual(["202401", "202402"]);
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
  });
});
