import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readStore, storeFolder, UserError } from "damir";
import { describe, expect, onTestFinished, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import type { DatasetReader } from "../dataset-reader.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { readers } from "../readers.js";
import { HttpClient } from "./http-client.js";
import { periodFromText } from "./period.js";
import { PublishedSites, recordedEffects } from "./published-sites.fixture.js";
import { planPull } from "./pull-plan.js";
import { pull } from "./pull.js";

const catalogue = readCatalogue();

/** The four files of a year, as published; the severity of its one casualty is what they republish. */
function yearOfAccidents(severity: number): Record<string, string> {
  return {
    "caract-2023.csv":
      "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long\n202300000001;07;05;2023;06:00;1;75;75101;2;4;2;7;;48,86;2,32\n",
    "lieux-2023.csv":
      "Num_Acc;catr;voie;v1;v2;circ;nbv;vosp;prof;pr;pr1;plan;lartpc;larrout;surf;infra;situ;vma\n202300000001;4;;0;;2;2;0;1;1;1;1;;-1;1;0;1;30\n",
    "vehicules-2023.csv":
      "Num_Acc;id_vehicule;num_veh;senc;catv;obs;obsm;choc;manv;motor;occutc\n202300000001;155;A01;1;30;0;0;5;1;1;\n",
    "usagers-2023.csv": `Num_Acc;id_usager;id_vehicule;num_veh;place;catu;grav;sexe;an_nais;trajet;secu1;secu2;secu3;locp;actp;etatp\n202300000001;203;155;A01;1;1;${severity};1;1978;5;2;0;-1;-1;-1;-1\n`,
  };
}

/** A site with a year of accidents, an empty home, and the plan and the run of a pull. */
async function setting() {
  const sites = await PublishedSites.open();
  const effects = recordedEffects(sites);
  const home = temporaryFolder();
  const publish = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files))
      sites.files.set(`static.data.gouv.fr/${name}`, PublishedSites.file(text));
  };
  publish(yearOfAccidents(4));
  sites.resources.set(
    "53698f4ca3a729239d2036df",
    Object.keys(yearOfAccidents(4)).map((title) => ({
      id: randomUUID(),
      title,
      url: `https://static.data.gouv.fr/${title}`,
    })),
  );
  const requests = [{ dataset: datasetOf(catalogue, "accidents"), periods: [periodFromText("2023")] }];
  const client = new HttpClient(effects);
  onTestFinished(() => client.close());
  const plan = () => planPull(requests, home, false, client, effects);
  const run = async (registry?: Record<string, DatasetReader>) =>
    pull(await plan(), home, { jobs: 1, force: false }, client, effects, registry);
  return { sites, home, publish, plan, run };
}

function casualtiesIn(home: string): unknown {
  return readStore(storeFolder(home))?.manifest.tables["accidents"]?.files[0]?.sums;
}

function originalsIn(home: string): string[] {
  return readdirSync(join(home, "downloads/accidents")).filter((name) => name.endsWith(".csv"));
}

describe("files that are imported together", () => {
  test("one of four is republished: the year is imported again, whole, once", async () => {
    const { home, publish, plan, run } = await setting();
    expect((await run()).failures).toEqual([]);
    expect(casualtiesIn(home)).toMatchObject({ blesses_legers: "1", tues: "0" });
    expect(originalsIn(home)).toEqual([]);

    const { "usagers-2023.csv": usagers = "" } = yearOfAccidents(2);
    publish({ "usagers-2023.csv": usagers.replace(";1978;", ";1979;") });
    const again = await run();
    expect(again).toMatchObject({ failures: [], unchanged: [] });
    expect(again.imported.map(({ table, replaced }) => [table, replaced])).toContainEqual([
      "accidents",
      true,
    ]);
    expect(casualtiesIn(home)).toMatchObject({ blesses_legers: "0", tues: "1" });
    expect(originalsIn(home)).toEqual([]);
    expect((await plan()).files.map(({ state }) => state)).toEqual(Array(4).fill("unchanged"));
  });

  test.each([
    ["all originals still here: nothing comes again", 0],
    ["some originals gone: they come again", 2],
  ])("cut short while the import is noted, %s, and the next run finishes", async (_, gone) => {
    const { sites, home, plan, run } = await setting();
    const { accidents } = readers;
    if (!accidents) throw new Error("no reader of accidents");
    let paths: string[] = [];
    let blocked = "";
    const cut: DatasetReader = {
      add: async (files, ...rest) => {
        const imported = await accidents.add(files, ...rest);
        paths = files.map(({ path }) => path);
        // The third record can't be written.
        blocked = `${paths[2] ?? ""}.json.draft`;
        mkdirSync(blocked);
        return imported;
      },
    };
    await expect(run({ accidents: cut })).rejects.toThrow(/EISDIR/);
    expect(originalsIn(home)).toHaveLength(4);
    rmdirSync(blocked);
    for (const path of paths.slice(0, gone)) rmSync(path);

    const sent = sites.sent;
    const outcome = await run();
    expect(outcome).toMatchObject({ failures: [], unchanged: [] });
    expect(outcome.imported.map(({ table }) => table)).toContain("accidents");
    expect(sites.sent > sent).toBe(gone > 0);
    expect(originalsIn(home)).toEqual([]);
    expect((await plan()).files.map(({ state }) => state)).toEqual(Array(4).fill("unchanged"));
  });
});

describe("a plan", () => {
  /** A site that answers one status to everything, or that isn't there. */
  async function siteAnswering(status: number | undefined) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.method ?? "");
      response.statusCode = status ?? 500;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const close = () => new Promise((resolve) => server.close(resolve));
    if (status === undefined) await close();
    else onTestFinished(() => void close());
    const sites = await PublishedSites.open();
    const effects = { ...recordedEffects(sites), env: { DAMIR_MIRROR: address } };
    const client = new HttpClient(effects);
    onTestFinished(() => client.close());
    const requests = [{ dataset: datasetOf(catalogue, "meteo"), periods: [periodFromText("2026")] }];
    return { asked, effects, plan: () => planPull(requests, temporaryFolder(), false, client, effects) };
  }

  test("isn't made where no server is reached, and one file's tries are enough to know it", async () => {
    const { effects, plan } = await siteAnswering(undefined);
    const refusal = await plan().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    expect((refusal as UserError).message).toMatch(
      /la connexion à object\.files\.data\.gouv\.fr est coupée \(ECONNREFUSED\)\. Abandon après 6 essais/,
    );
    expect(effects.waits).toHaveLength(5);
  });

  test.each([503, 407, 400])("isn't made from an answer %i", async (status) => {
    const { asked, plan } = await siteAnswering(status);
    await expect(plan()).rejects.toThrow(UserError);
    expect(asked).toEqual(Array(status === 503 ? 6 : 1).fill("HEAD"));
  });

  test.each([401, 403, 405, 501])("is made where HEAD alone is refused, with %i", async (status) => {
    const { plan } = await siteAnswering(status);
    const { files } = await plan();
    expect(files.length).toBeGreaterThan(90);
    expect(files.every(({ state, estimated }) => state === "fetch" && estimated)).toBe(true);
  });
});
