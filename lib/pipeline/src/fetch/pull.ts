import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readStore, storeFolder, UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import type { DatasetReader, FileOrigin, ImportedFile, ReceivedFile } from "../dataset-reader.js";
import { requireDiskSpace } from "../disk.js";
import { readers } from "../readers.js";
import { ensureReference } from "../reference/reference-store.js";
import { ensureRollUps } from "../rollup-store.js";
import { counted } from "../french-count.js";
import { download, type Download } from "./download.js";
import { downloadsFolder } from "./download-place.js";
import { readDone, writeRecord } from "./download-record.js";
import type { FetchEffects } from "./fetch-effects.js";
import { inTurn } from "./file-lock.js";
import type { HttpClient } from "./http-client.js";
import { inParallel } from "./in-parallel.js";
import {
  diskNeeded,
  entryOf,
  groupOf,
  isWhole,
  storedVersion,
  type PlannedFile,
  type PullPlan,
} from "./pull-plan.js";

/** How to pull. */
export interface PullOptions {
  /** Downloads at once. Imports come one at a time: one takes every core and most of the memory it may have. */
  jobs: number;
  /** Keep the originals, or not; undefined for what the catalogue says of each dataset. */
  keep?: boolean;
  /** Download again what hasn't changed. */
  force: boolean;
  /** Called as soon as something entered the store. */
  onImported?: (dataset: Dataset, file: ImportedFile) => void;
}

/** What a pull did. */
export interface PullOutcome {
  imported: ImportedFile[];
  /** Names of the files that the store held already, as they are published. */
  unchanged: string[];
  /** What couldn't be had, a French sentence each. */
  failures: string[];
}

/** A file that is on the disk. */
type Arrival = [PlannedFile, Download];

/** Failures in a row that mean the next ones would fail too. */
const mostFailures = 3;

/** True where the originals of a dataset stay after their import. */
export function keepsOriginals(dataset: Dataset, { keep }: Pick<PullOptions, "keep">): boolean {
  return keep ?? dataset.import.garder_originaux;
}

/**
 * Downloads and imports what a plan says. A file enters the store whole or not at all; one that fails doesn't keep the
 * others from coming. Interrupted at any moment, the same pull goes on from there.
 * @throws UserError when the disk has too little room; other troubles are in the outcome
 */
export async function pull(
  plan: PullPlan,
  home: string,
  options: PullOptions,
  client: HttpClient,
  effects: FetchEffects,
  registry: Readonly<Record<string, DatasetReader>> = readers,
): Promise<PullOutcome> {
  const active = plan.files.filter(({ state }) => state !== "unchanged");
  if (active.length > 0) {
    await requireDiskSpace(
      home,
      diskNeeded(plan, options.jobs, (dataset) => keepsOriginals(dataset, options)),
    );
  }
  const task = new Pull(home, options, client, effects, registry, active);
  const outcome = await task.run();
  // Where nothing was imported, no reader has seen to it.
  if (outcome.imported.length === 0) {
    await ensureReference(home, effects);
    await ensureRollUps(home, effects);
  }
  const unchanged = plan.files.filter(({ state }) => state === "unchanged");
  await removeBegun(unchanged, effects);
  return { ...outcome, unchanged: [...unchanged.map(({ remote }) => remote.name), ...outcome.unchanged] };
}

function busy(name: string): string {
  return `${name} est déjà en cours de téléchargement par une autre commande : j'attends qu'elle finisse.`;
}

/** Takes away what a download that was cut short left of files that the store holds already. */
async function removeBegun(files: readonly PlannedFile[], effects: FetchEffects): Promise<void> {
  for (const { remote, place } of files) {
    if (!existsSync(place.partial) && !existsSync(place.begun)) continue;
    await inTurn(place.lock, busy(remote.name), effects, async () => {
      await rm(place.partial, { force: true });
      await rm(place.begun, { force: true });
    });
  }
}

class Pull {
  readonly #outcome: PullOutcome = { imported: [], unchanged: [], failures: [] };
  /** Bytes that are here, out of the total, by file. */
  readonly #bytes: Map<string, { here: number; total: number }>;
  #failuresInARow = 0;
  /** The imports, one after the other. */
  #importing: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(
    private readonly home: string,
    private readonly options: PullOptions,
    private readonly client: HttpClient,
    private readonly effects: FetchEffects,
    private readonly registry: Readonly<Record<string, DatasetReader>>,
    private readonly files: readonly PlannedFile[],
  ) {
    this.#bytes = new Map(files.map(({ place, here, bytes }) => [place.file, { here, total: bytes }]));
  }

  async run(): Promise<PullOutcome> {
    const sizes = new Map<string, number>();
    for (const file of this.files) sizes.set(groupOf(file), (sizes.get(groupOf(file)) ?? 0) + 1);
    const arrived = new Map<string, Arrival[]>();
    await inParallel(this.files, this.options.jobs, async (file) => {
      if (this.#failuresInARow >= mostFailures) return;
      // Downloads must not run away from the imports: the disk holds a few files ahead, not all of them.
      if (this.#waiting > this.options.jobs) await this.#importing;
      const got = await this.#attempt(file.remote.name, () => this.#download(file));
      if (!got) return;
      const key = groupOf(file);
      const group: Arrival[] = [...(arrived.get(key) ?? []), [file, got]];
      arrived.set(key, group);
      if (group.length === sizes.get(key)) {
        arrived.delete(key);
        this.#import(file.dataset, group);
      }
    });
    for (const [key, group] of arrived) {
      const asked = sizes.get(key) ?? 0;
      this.#outcome.failures.push(
        `${key.replace("/", " ")} n'est pas importé : il y manque ${counted(asked - group.length, "fichier")} sur ${asked}. Ce qui est arrivé est gardé.`,
      );
    }
    await this.#importing;
    if (this.#failuresInARow >= mostFailures) {
      this.#outcome.failures.push(
        "Trop d'échecs à la suite : le reste n'est pas tenté. Relancez la même commande plus tard.",
      );
    }
    return this.#outcome;
  }

  /** @returns undefined when it failed, or when another process did it meanwhile */
  async #download(file: PlannedFile): Promise<Download | undefined> {
    const { dataset, remote, place, state } = file;
    return inTurn(place.lock, busy(remote.name), this.effects, async () => {
      if (this.options.force && state !== "resume") {
        await rm(place.file, { force: true });
        await rm(place.done, { force: true });
      }
      // What is imported together must be on the disk together, whatever the store holds of it.
      const isStored = dataset.import.par === "fichier" && this.#isStored(file);
      const got = await download(
        remote,
        dataset,
        place,
        isStored,
        this.client,
        this.effects,
        (here, total) => {
          this.#bytes.set(place.file, { here, total: total ?? Math.max(here, file.bytes) });
          this.#showProgress();
        },
      );
      if (!got.fetched && isStored && !isWhole(place, got.record)) {
        this.#outcome.unchanged.push(remote.name);
        return undefined;
      }
      return got;
    });
  }

  /** Queues an import behind those under way. */
  #import(dataset: Dataset, group: Arrival[]): void {
    this.#waiting += 1;
    const names = group.map(([{ remote }]) => remote.name).join(", ");
    this.#importing = this.#importing
      .then(() => this.#attempt(group.length > 3 ? dataset.id : names, () => this.#importNow(dataset, group)))
      .then(() => {
        this.#waiting -= 1;
      });
  }

  async #importNow(dataset: Dataset, group: Arrival[]): Promise<void> {
    await inTurn(
      join(downloadsFolder(this.home), "import.lock"),
      "Une autre commande importe en ce moment : j'attends qu'elle finisse.",
      this.effects,
      async () => {
        if (dataset.import.par === "fichier" && group.every(([file]) => this.#isStored(file))) {
          this.#outcome.unchanged.push(...group.map(([{ remote }]) => remote.name));
          return;
        }
        const reader = this.registry[dataset.format.lecteur];
        if (!reader) throw new UserError(`${dataset.id} : cette version ne sait pas encore le lire.`);
        const received = group.map(([, { path, record }]): ReceivedFile => ({
          path,
          origin: originOf(record),
        }));
        const imported = await reader.add(received, this.home, this.effects);
        const tables = imported.map(({ table, month }) => entryOf(table, month));
        for (const [file, { record }] of group) {
          await writeRecord(file.place.done, {
            ...record,
            imported: { at: this.effects.now().toISOString(), tables },
          });
        }
        // Not before all are noted: cut short in between, the next run would have to fetch them again.
        if (!keepsOriginals(dataset, this.options)) {
          for (const [file] of group) await rm(file.place.file, { force: true });
        }
        for (const file of imported) this.options.onImported?.(dataset, file);
        this.#outcome.imported.push(...imported);
      },
    );
  }

  /** True when the store holds the version that the record knows, whoever put it there. */
  #isStored({ dataset, remote, place }: PlannedFile): boolean {
    if (this.options.force) return false;
    const record = readDone(place.done);
    const manifest = readStore(storeFolder(this.home))?.manifest;
    return record !== undefined && storedVersion(dataset, remote.name, record, manifest) !== undefined;
  }

  /** Notes what fails for a reason that the user can mend; anything else is a fault of ours. */
  async #attempt<T>(name: string, task: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await task();
      this.#failuresInARow = 0;
      return result;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#failuresInARow += 1;
      this.#outcome.failures.push(
        error.message.includes(name) ? error.message : `${name} : ${error.message}`,
      );
      return undefined;
    }
  }

  #showProgress(): void {
    const files = [...this.#bytes.values()];
    const here = files.reduce((sum, file) => sum + file.here, 0);
    const total = files.reduce((sum, file) => sum + file.total, 0);
    const what = files.length === 1 ? (this.files[0]?.remote.name ?? "") : `${files.length} fichiers`;
    this.effects.progress(`Téléchargement de ${what}`, here, total);
  }
}

function originOf({ url, etag, lastModified, updated }: FileOrigin): FileOrigin {
  return {
    url,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(updated === undefined ? {} : { updated }),
  };
}
