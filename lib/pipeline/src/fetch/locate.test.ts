import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import { placeOf } from "./download-place.js";
import { readDone } from "./download-record.js";
import { HttpClient } from "./http-client.js";
import { locate } from "./locate.js";
import { PublishedSites, recordedEffects } from "./published-sites.fixture.js";
import { pullSetting } from "./pull.fixture.js";

const catalogue = readCatalogue();

describe("the ways to find files", () => {
  test("data.gouv.fr's list, page after page: the four files of a year go together, others are left", async () => {
    const { sites, home, received, registry, run, plan } = await pullSetting();
    const titles = [
      "caract-2023.csv",
      "lieux-2023.csv",
      "vehicules-2023.csv",
      "usagers-2023.csv",
      "notice.pdf",
      "usagers-2022.csv",
    ];
    const dataset = "53698f4ca3a729239d2036df";
    sites.resources.set(
      dataset,
      titles.map((title) => ({
        id: randomUUID(),
        title,
        url: `https://static.data.gouv.fr/resources/../../etc/${title}`,
        last_modified: "2024-10-21T10:00:00",
      })),
    );
    for (const title of titles)
      sites.files.set(`static.data.gouv.fr/etc/${title}`, PublishedSites.file(`a;b\n${title};2\n`));
    expect(await plan({ accidents: ["2022..2023"] })).toMatchObject({
      missing: ["accidents caracteristiques 2022", "accidents lieux 2022", "accidents vehicules 2022"],
    });
    expect((await run({ accidents: ["2023"] }, {}, registry)).failures).toEqual([]);
    expect(received).toHaveLength(1);
    expect(received[0]?.map(({ path, origin }) => [path.slice(home.length), origin?.updated]).sort()).toEqual(
      ["caracteristiques", "lieux", "usagers", "vehicules"].map((part) => [
        `/downloads/accidents/${part}-2023.csv`,
        "2024-10-21",
      ]),
    );
  });

  test("a file without labels, else with, else a yearly zip", async () => {
    const { sites, plan } = await pullSetting();
    const dataset = datasetOf(catalogue, "depenses-departement").datagouv?.slug ?? "";
    const titles = ["R202001.CSV", "R202001_sanslib.CSV", "R202002.CSV", "R_2019_sans_lib.zip", "R_2020.zip"];
    sites.resources.set(
      dataset,
      titles.map((title) => ({
        id: randomUUID(),
        title,
        url: `https://static.data.gouv.fr/${title}`,
        filesize: 1000,
      })),
    );
    for (const title of titles) sites.files.set(`static.data.gouv.fr/${title}`, PublishedSites.file("x"));
    const { files } = await plan({ "depenses-departement": ["2019-12..2020-03"] });
    expect(files.map(({ remote }) => remote.name)).toEqual([
      "R_2019_sans_lib.zip",
      "R202001_sanslib.csv",
      "R202002.csv",
      "R_2020.zip",
    ]);
  });

  test("names nobody knows are told, and an API that has changed", async () => {
    const { sites, plan } = await pullSetting();
    sites.resources.set("53698f4ca3a729239d2036df", [
      { id: randomUUID(), title: "tout.zip", url: "https://x/tout.zip" },
    ]);
    await expect(plan({ accidents: [] })).rejects.toThrow(
      /ne porte un nom connu \(on y trouve : tout\.zip\)/,
    );
    sites.resources.set("53698f4ca3a729239d2036df", [
      { id: "../../etc", title: "lieux-2023.csv", url: "https://x/" },
    ]);
    await expect(plan({ accidents: [] })).rejects.toThrow(/n'est pas celle qu'on attend de data\.gouv\.fr/);
  });

  test("years of names that haven't moved yet in January, and départements that aren't there", async () => {
    const { sites, plan } = await pullSetting();
    const folder = "object.files.data.gouv.fr/meteofrance/data/synchro_ftp/BASE/QUOT";
    const file = PublishedSites.file(gzipSync("x"));
    sites.files.set(`${folder}/Q_01_latest-2025-2026_RR-T-Vent.csv.gz`, file);
    sites.files.set(`${folder}/Q_2A_latest-2025-2026_RR-T-Vent.csv.gz`, file);
    // The year before: what the names say until they move.
    sites.files.set(`${folder}/Q_971_latest-2024-2025_RR-T-Vent.csv.gz`, file);
    sites.files.set(`${folder}/Q_01_previous-1950-2024_RR-T-Vent.csv.gz`, file);
    const recent = await plan({ meteo: ["2026"] });
    expect(recent.files.map(({ remote }) => remote.name)).toEqual([
      "Q_01_latest-2025-2026_RR-T-Vent.csv.gz",
      "Q_971_latest-2024-2025_RR-T-Vent.csv.gz",
    ]);
    expect(recent.missing).toHaveLength(98);
    expect((await plan({ meteo: ["2024"] })).files.map(({ remote }) => remote.name)).toContain(
      "Q_01_previous-1950-2024_RR-T-Vent.csv.gz",
    );
  });

  test("a stable link, whatever the file behind it is called", async () => {
    const { sites, home, received, registry, run } = await pullSetting();
    const id = "58c6b89a-e364-4867-9fdf-2f7770117cc5";
    sites.resources.set("x", [{ id, title: "", url: "https://static.data.gouv.fr/RPPS 2026.xlsx" }]);
    const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.from("PK\u0005\u0006")]);
    sites.files.set("static.data.gouv.fr/RPPS%202026.xlsx", PublishedSites.file(zip));
    expect((await run({ medecins: [] }, { keep: true }, registry)).failures).toEqual([]);
    expect(received.flat()).toMatchObject([
      { path: placeOf(home, "medecins", "medecins-rpps.xlsx").file, origin: { updated: "2026-03-30" } },
    ]);
    expect(readDone(placeOf(home, "medecins", "medecins-rpps.xlsx").done)?.imported?.tables).toEqual(["x"]);
  });
});

test("a date that data.gouv.fr doesn't give is said without advice about files, and the files come", async () => {
  const sites = await PublishedSites.open();
  const effects = recordedEffects(sites);
  const client = new HttpClient(effects);
  onTestFinished(() => client.close());
  sites.files.set("cnam/A202401.csv.gz", PublishedSites.file("x"));
  const dataset = datasetOf(catalogue, "open-damir");
  for (const [status, reason] of [
    [404, "sa fiche n'y est pas"],
    [403, "réponse 403"],
  ] as const) {
    effects.said.length = 0;
    sites.cardStatuses.push(status);
    const located = await locate(dataset, ["2024-01"], client, effects);
    expect(located.files).toMatchObject([{ name: "A202401.csv.gz" }]);
    expect(located.files[0]).not.toHaveProperty("updated");
    expect(effects.said).toEqual([
      `data.gouv.fr ne dit pas quand open-damir a été mis à jour (${reason}). La date manquera sous les tableaux ; le reste ne change pas.`,
    ]);
  }
});
