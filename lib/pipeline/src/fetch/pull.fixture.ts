import { gzipSync } from "node:zlib";
import { readStore, storeFolder } from "damir";
import { onTestFinished } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import type { DatasetReader, ReceivedFile } from "../dataset-reader.js";
import { publishedFile, publishedRows, temporaryFolder } from "../open-damir.fixture.js";
import type { FetchEffects } from "./fetch-effects.js";
import { HttpClient } from "./http-client.js";
import { periodFromText } from "./period.js";
import { PublishedSites, recordedEffects, type SiteFile } from "./published-sites.fixture.js";
import { planPull, type PullPlan } from "./pull-plan.js";
import { pull, type PullOptions, type PullOutcome } from "./pull.js";

const catalogue = readCatalogue();

type Words = Record<string, string[]>;

/** Sites of this machine, an empty home, and the two steps of a pull: datasets are given with their periods. */
export interface PullSetting {
  sites: PublishedSites;
  effects: ReturnType<typeof recordedEffects>;
  home: string;
  /** What the readers of `registry` were given. */
  received: ReceivedFile[][];
  /** Readers that only note what they are given, for what isn't about reading. */
  registry: Readonly<Record<string, DatasetReader>>;
  start: (
    words: Words,
    force?: boolean,
    env?: NodeJS.ProcessEnv,
  ) => { own: FetchEffects; client: HttpClient; plan: () => Promise<PullPlan> };
  plan: (words: Words, force?: boolean) => Promise<PullPlan>;
  run: (
    words: Words,
    options?: Partial<PullOptions>,
    readers?: Readonly<Record<string, DatasetReader>>,
  ) => Promise<PullOutcome>;
}

/** A setting of its own for a test. */
export async function pullSetting(): Promise<PullSetting> {
  const sites = await PublishedSites.open();
  const effects = recordedEffects(sites);
  const home = temporaryFolder();
  const received: ReceivedFile[][] = [];
  const noting: DatasetReader = {
    add: (files) => {
      received.push(files);
      return Promise.resolve([{ source: "x", table: "x", rows: 1, bytes: 1, replaced: false, notes: [] }]);
    },
  };
  const registry = new Proxy<Record<string, DatasetReader>>({}, { get: () => noting });
  const start = (words: Words, force = false, env: NodeJS.ProcessEnv = effects.env) => {
    const own = { ...effects, env };
    const client = new HttpClient(own);
    onTestFinished(() => client.close());
    const requests = Object.entries(words).map(([id, periods]) => ({
      dataset: datasetOf(catalogue, id),
      periods: periods.map(periodFromText),
    }));
    return { own, client, plan: () => planPull(requests, home, force, client, own) };
  };
  const plan: PullSetting["plan"] = (words, force) => start(words, force).plan();
  const run: PullSetting["run"] = async (words, options = {}, readers) => {
    const { own, client, plan } = start(words, options.force);
    return pull(await plan(), home, { jobs: 2, force: false, ...options }, client, own, readers);
  };
  return { sites, effects, home, received, registry, start, plan, run };
}

/** A month of Open DAMIR as its site gives it. */
export function publishedMonth(of: string, rows = 40): SiteFile {
  return PublishedSites.file(gzipSync(publishedFile(publishedRows(rows, of).map((row) => ({ ...row })))));
}

/** Months of Open DAMIR in the store. */
export function monthsIn(home: string): string[] {
  return (readStore(storeFolder(home))?.manifest.tables["damir"]?.files ?? []).flatMap(
    (file) => file.month ?? [],
  );
}
