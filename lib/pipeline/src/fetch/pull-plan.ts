import { existsSync } from "node:fs";
import { readStore, storeFolder, UserError, type Manifest } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import type { DatasetReader } from "../dataset-reader.js";
import { ofName } from "../french-count.js";
import { readers } from "../readers.js";
import { placeOf, sizeOf, type DownloadPlace } from "./download-place.js";
import { readDone, type BegunDownload, type DoneDownload } from "./download-record.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient } from "./http-client.js";
import { inParallel } from "./in-parallel.js";
import { locate } from "./locate.js";
import { wantedMonths, type Period } from "./period.js";
import { probe } from "./probe.js";
import { isSameVersion, type RemoteFile, type Version } from "./remote-file.js";

/** What someone asks for. */
export interface PullRequest {
  dataset: Dataset;
  /** Empty for all that is usual. */
  periods: readonly Period[];
}

/** What is to be done of a published file. */
export type FileState =
  /** To download. */
  | "fetch"
  /** To download from where it stopped. */
  | "resume"
  /** Downloaded already, not yet in the store. */
  | "import"
  /** In the store, as it is published now. */
  | "unchanged";

/** A published file with what is to be done of it. */
export interface PlannedFile {
  dataset: Dataset;
  remote: RemoteFile;
  place: DownloadPlace;
  state: FileState;
  /** Size in bytes; the usual one of the dataset where its server doesn't say. */
  bytes: number;
  estimated: boolean;
  /** Bytes already here. */
  here: number;
}

/** What a pull will do, before it does anything. */
export interface PullPlan {
  files: PlannedFile[];
  /** What is asked and not published, a word each: `open-damir 2026-09`. */
  missing: string[];
}

/** Room to write a published file typed, sort it and verify it, for one byte of its text. */
const workRatio = 1.6;

/**
 * Finds what is published of what is asked, and compares it with what is here.
 * @param force true to download again what hasn't changed
 * @throws UserError when nothing can be found, a server can't be reached, or a dataset has no reader yet
 */
export async function planPull(
  requests: readonly PullRequest[],
  home: string,
  force: boolean,
  client: HttpClient,
  effects: FetchEffects,
  registry: Readonly<Record<string, DatasetReader>> = readers,
): Promise<PullPlan> {
  const plan: PullPlan = { files: [], missing: [] };
  const asked = requests.map(({ dataset, periods }) => {
    if (!registry[dataset.format.lecteur]) {
      throw new UserError(
        `${dataset.id} : le catalogue sait où le trouver (${dataset.page}), mais cette version ne sait pas encore le lire.`,
      );
    }
    return { dataset, months: wantedMonths(dataset, periods, effects.now()) };
  });
  const manifest = readStore(storeFolder(home))?.manifest;
  for (const { dataset, months } of asked) {
    const located = await locate(dataset, months, client, effects);
    const probed = await probeAll(located.files, client, effects);
    const files = probed.flatMap((found) =>
      found ? [plannedFile(dataset, found.remote, found.seen, home, force, manifest)] : [],
    );
    if (files.length === 0) {
      throw new UserError(
        `Aucun des fichiers ${ofName(dataset.id)} n'est publié aux adresses attendues (par exemple ${located.files[0]?.url ?? ""}). Leurs noms ont pu changer : corrigez data/catalogue/${dataset.id}.yaml.`,
      );
    }
    plan.files.push(...together(files));
    const absent = located.files.filter((_, place) => !probed[place]).map(({ name }) => name);
    plan.missing.push(...[...located.missing, ...absent].map((what) => `${dataset.id} ${what}`));
  }
  return plan;
}

/** The first one alone: where its server can't be reached, there is one patience to lose and not four. */
async function probeAll(files: readonly RemoteFile[], client: HttpClient, effects: FetchEffects) {
  const one = (file: RemoteFile) => probe(file, client, effects);
  const first = await inParallel(files.slice(0, 1), 1, one);
  return [...first, ...(await inParallel(files.slice(1), 4, one))];
}

/** Bytes still to come. */
export function bytesToFetch(plan: PullPlan): number {
  return plan.files.reduce((sum, { bytes, here, state }) => {
    const comes = state === "fetch" || state === "resume";
    return sum + (comes ? Math.max(bytes - here, 0) : 0);
  }, 0);
}

/**
 * Bytes of disk that a pull takes at its peak: what comes, what its import writes while it works, and what stays.
 * @param jobs downloads at once
 * @param keeps says whether a dataset's originals stay
 */
export function diskNeeded(plan: PullPlan, jobs: number, keeps: (dataset: Dataset) => boolean): number {
  let staying = 0;
  let work = 0;
  for (const dataset of new Set(plan.files.map((file) => file.dataset))) {
    const files = plan.files.filter((file) => file.dataset === dataset);
    const { fichier, decompresse, magasin } = dataset.tailles;
    const active = files.filter(({ state }) => state !== "unchanged");
    const bytes = active.map(({ bytes, here }) => Math.max(bytes - here, 0)).sort((a, b) => b - a);
    // What is downloaded ahead of the import is bounded where each file is removed after its own.
    const atOnce = keeps(dataset) ? bytes.length : 2 * jobs + 4;
    staying += sum(bytes.slice(0, atOnce));
    for (const file of active) {
      const scale = file.bytes / fichier;
      staying += scale * magasin;
      work = Math.max(work, scale * decompresse * workRatio);
    }
  }
  return Math.ceil(staying + work);
}

function plannedFile(
  dataset: Dataset,
  remote: RemoteFile,
  seen: BegunDownload,
  home: string,
  force: boolean,
  manifest: Manifest | undefined,
): PlannedFile {
  const place = placeOf(home, dataset.id, remote.name);
  const bytes = seen.bytes ?? remote.bytes;
  const record = readDone(place.done);
  const partial = sizeOf(place.partial);
  const planned = {
    dataset,
    remote,
    place,
    bytes: bytes ?? dataset.tailles.fichier,
    estimated: bytes === undefined,
    here: 0,
  };
  const stored = storedVersion(dataset, remote.name, record, manifest);
  if (!force && stored && isSameVersion(stored, seen)) {
    return { ...planned, state: "unchanged", here: planned.bytes };
  }
  if (!force && record && isWhole(place, record) && isSameVersion(record, seen)) {
    return { ...planned, state: "import", here: planned.bytes };
  }
  return partial > 0 && existsSync(place.begun)
    ? { ...planned, state: "resume", here: Math.min(partial, planned.bytes) }
    : { ...planned, state: "fetch" };
}

/** Files that are imported together are needed together, even where only one of them changed. */
function together(files: PlannedFile[]): PlannedFile[] {
  const changed = new Set(files.filter(({ state }) => state !== "unchanged").map(groupOf));
  return files.map((file) => {
    if (file.state !== "unchanged" || !changed.has(groupOf(file))) return file;
    const record = readDone(file.place.done);
    return record && isWhole(file.place, record)
      ? { ...file, state: "import" }
      : { ...file, state: "fetch", here: 0 };
  });
}

/** What a file is imported with: alone, or the others of its dataset and year. */
export function groupOf({ dataset, remote }: PlannedFile): string {
  const alone = dataset.import.par === "fichier" ? remote.name : (remote.group ?? "");
  return `${dataset.id}/${alone}`;
}

/** True when a downloaded file is on the disk, whole. */
export function isWhole(place: DownloadPlace, record: DoneDownload): boolean {
  return sizeOf(place.file) === record.bytes;
}

/** The version of a published file that the store holds; undefined where it doesn't, or not surely. */
export function storedVersion(
  dataset: Dataset,
  name: string,
  record: DoneDownload | undefined,
  manifest: Manifest | undefined,
): Version | undefined {
  if (!manifest) return undefined;
  const files = Object.entries(manifest.tables).flatMap(([table, { synthetic, files }]) =>
    synthetic ? [] : files.map((file) => ({ ...file, entry: entryOf(table, file.month) })),
  );
  const all = files.flatMap((file) => file.sources ?? file.source ?? []);
  const incomplete = new Set(all.filter((source) => source.incomplete).map(({ sha256 }) => sha256));
  const sources = all.filter(({ sha256 }) => !incomplete.has(sha256));
  const isNamed = record !== undefined && sources.some(({ sha256 }) => sha256 === record.sha256);
  if (record?.imported) {
    const entries = new Set(files.map(({ entry }) => entry));
    return isNamed && record.imported.tables.every((entry) => entries.has(entry)) ? record : undefined;
  }
  // Imported by hand, or by a run that was killed before it noted it. An archive may be there in part only.
  if (dataset.import.par === "ensemble" || name.endsWith(".zip")) return undefined;
  if (record) return isNamed ? record : undefined;
  return sources.find((source) => source.name.toLowerCase() === name.toLowerCase());
}

/** How a record names what a file became: `damir/202501`, `medecins`. */
export function entryOf(table: string, month: string | undefined): string {
  return month === undefined ? table : `${table}/${month}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
