import { rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { manifestVersion, readStore, storeFolder, UserError, type StoreFile, type StoreTable } from "damir";
import { z } from "zod";
import type { Dataset } from "../catalogue/dataset.js";
import { requireDiskSpace } from "../disk.js";
import { StoreWriter } from "../store-writer.js";
import { download } from "./download.js";
import { downloadsFolder, placeOf } from "./download-place.js";
import { NotPublished } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";
import { inTurn } from "./file-lock.js";
import type { HttpClient } from "./http-client.js";
import { inParallel } from "./in-parallel.js";
import { persist } from "./patience.js";

const source = z.object({
  name: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  importedAt: z.string(),
  url: z.string().optional(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  updated: z.string().optional(),
});

const file = z.object({
  // Names of files of this disk come from here: nothing but a table's folder and a plain name.
  path: z.string().regex(/^[a-z][a-z0-9_]*\/[A-Za-z0-9_-]+\.parquet$/),
  month: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sums: z.record(z.string(), z.string()).optional(),
  source: source.optional(),
  sources: z.array(source).optional(),
});

const table = z.object({
  title: z.string(),
  producer: z.string(),
  licence: z.string(),
  url: z.string().optional(),
  updated: z.string().optional(),
  synthetic: z.boolean(),
  files: z.array(file),
});

const manifest = z.object({
  version: z.number(),
  tables: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), table),
});

/** A file of the other store that this one lacks, or has otherwise. */
export interface MirroredFile {
  table: string;
  description: Omit<StoreTable, "files">;
  file: StoreFile;
}

/** What mirroring another store would do. */
export interface MirrorPlan {
  /** Address of the other store, without a slash at its end. */
  from: string;
  missing: MirroredFile[];
  /** Files that are here already, the same. */
  unchanged: number;
}

/** Part of a store: a dataset, and the months asked for if any (`AAAA-MM`). */
export interface MirrorRequest {
  dataset: Dataset;
  months?: readonly string[];
}

/**
 * Compares a store that another machine serves (`damir serve files`) with this one.
 * @param from its address: `http://serveur:8080`
 * @param requests what of it is wanted; everything where empty
 * @throws UserError when nobody answers there, what answers isn't a store, or nothing of what is asked is in it
 */
export async function planMirror(
  from: string,
  requests: readonly MirrorRequest[],
  home: string,
  client: HttpClient,
  effects: FetchEffects,
): Promise<MirrorPlan> {
  const address = addressFrom(from);
  const { tables } = await readServedManifest(address, client, effects);
  const known = new Map(
    Object.values(readStore(storeFolder(home))?.manifest.tables ?? {}).flatMap(({ files }) =>
      files.map(({ sha256, path }) => [`${path.split("/")[0] ?? ""} ${sha256}`, true] as const),
    ),
  );
  const asked = Object.entries(tables).flatMap(([name, { files, ...description }]) =>
    files
      .filter((each) => requests.length === 0 || requests.some((request) => wants(request, name, each)))
      .map((each) => ({ table: name, description, file: each })),
  );
  if (asked.length === 0) {
    throw new UserError(
      `Le magasin de ${address} n'a rien de ce qui est demandé. Il a : ${Object.keys(tables).join(", ") || "aucune table"}.`,
    );
  }
  const missing = asked.filter((each) => !known.has(`${each.table} ${each.file.sha256}`));
  return { from: address, missing, unchanged: asked.length - missing.length };
}

/**
 * Brings what a plan says into this store: each file resumes where it was cut, is compared with its sha256, and enters whole or not at all.
 * Files that only this store has stay.
 * @param onCopied called as soon as a file is in the store
 * @throws UserError when the disk has too little room, or a file can't be had or isn't what the manifest says: what came before it stays
 */
export async function mirror(
  plan: MirrorPlan,
  home: string,
  jobs: number,
  client: HttpClient,
  effects: FetchEffects,
  onCopied: (copied: MirroredFile) => void = () => undefined,
): Promise<void> {
  const total = bytesToMirror(plan);
  if (plan.missing.length > 0) await requireDiskSpace(home, total);
  const here = new Map<string, number>();
  let entering: Promise<unknown> = Promise.resolve();
  await inParallel(plan.missing, jobs, async (each) => {
    const place = placeOf(home, "miroir", `${each.table}-${each.file.sha256}.parquet`);
    await inTurn(
      place.lock,
      `${each.file.path} est déjà en cours de copie par une autre commande : j'attends qu'elle finisse.`,
      effects,
      async () => {
        // Another command, which this one waited for, may have brought it.
        if (isHere(each, home)) return;
        const { path, record } = await download(
          remoteOf(plan, each),
          {
            id: each.table,
            page: plan.from,
            tailles: { fichier_max: each.file.bytes, decompresse_max: each.file.bytes },
          },
          place,
          false,
          client,
          effects,
          (bytes) => {
            here.set(each.file.path, bytes);
            effects.progress(
              "Copie",
              [...here.values()].reduce((sum, size) => sum + size, 0),
              total,
            );
          },
        ).catch((error: unknown) => {
          throw error instanceof NotPublished ? gone(each, plan, error) : error;
        });
        if (record.sha256 !== each.file.sha256) {
          await rm(path, { force: true });
          await rm(place.done, { force: true });
          throw new UserError(
            `${each.file.path} n'est pas celui que le manifeste de ${plan.from} annonce (sha256) : il a changé pendant la copie, ou il est abîmé là-bas. Relancez la même commande ; si cela dure, faites-y vérifier le magasin (npx damir data check).`,
          );
        }
        // One at a time, other commands' included: a store has one writer.
        const entered = entering.then(() =>
          inTurn(
            join(downloadsFolder(home), "import.lock"),
            "Une autre commande importe en ce moment : j'attends qu'elle finisse.",
            effects,
            () => enter(each, path, home),
          ),
        );
        entering = entered.catch(() => undefined);
        await entered;
        await rm(place.done, { force: true });
      },
    );
    onCopied(each);
  });
}

function isHere({ table: name, file: { sha256 } }: MirroredFile, home: string): boolean {
  const files = readStore(storeFolder(home))?.manifest.tables[name]?.files ?? [];
  return files.some((here) => here.sha256 === sha256);
}

function gone({ file: { path } }: MirroredFile, { from }: MirrorPlan, cause: Error): UserError {
  return new UserError(
    `${path} n'est plus sur ${from} : des données y ont été remplacées ou enlevées pendant la copie. Ce qui est copié est gardé ; relancez la même commande, elle copiera ce qu'il y a maintenant.`,
    { cause },
  );
}

/** Bytes that a plan brings. */
export function bytesToMirror({ missing }: MirrorPlan): number {
  return missing.reduce((sum, { file: { bytes } }) => sum + bytes, 0);
}

function wants({ dataset, months }: MirrorRequest, name: string, { month }: StoreFile): boolean {
  if (!dataset.tables.some(({ nom }) => nom === name)) return false;
  return (
    months === undefined || (month !== undefined && months.some((each) => each.replace("-", "") === month))
  );
}

function addressFrom(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new UserError(
      `« ${text} » n'est pas l'adresse d'un magasin : on attend http://SERVEUR:8080, que « damir serve files » affiche.`,
      { cause },
    );
  }
  if (!/^https?:$/.test(url.protocol)) {
    throw new UserError(`L'adresse ${text} commence par http:// ou https://.`);
  }
  return url.href.replace(/\/+$/, "");
}

async function readServedManifest(
  from: string,
  client: HttpClient,
  effects: FetchEffects,
): Promise<z.output<typeof manifest>> {
  const { text } = await persist(from, effects, () => client.text(`${from}/manifest.json`));
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const read = manifest.safeParse(answer);
  if (!read.success) {
    throw new UserError(
      `Ce qui répond à ${from} n'est pas un magasin de l'Atelier DAMIR (${from}/manifest.json ne se lit pas). L'adresse est-elle celle que « damir serve files » affiche ?`,
      { cause: read.error },
    );
  }
  if (read.data.version !== manifestVersion) {
    throw new UserError(
      `Le magasin de ${from} est de la version ${read.data.version}, et ce programme lit la ${manifestVersion} : mettez les deux machines à jour.`,
    );
  }
  return read.data;
}

function remoteOf({ from }: MirrorPlan, { file: { path, bytes } }: MirroredFile) {
  return {
    name: path,
    url: `${from}/${path}`,
    content: "parquet" as const,
    alternatives: [],
    bytes,
    optional: false,
  };
}

async function enter({ table: name, description, file: each }: MirroredFile, path: string, home: string) {
  const { path: there, rows, month, sums, source: published, sources } = each;
  await StoreWriter.use(storeFolder(home), async (writer) => {
    const parquet = join(writer.workFolder, basename(there));
    await rename(path, parquet);
    // Its own name, without the part that an import adds to one that replaces another.
    const plain = basename(there, ".parquet").replace(/-[0-9a-f]{12}$/, "");
    await writer.add(name, description, {
      name: plain,
      parquet,
      rows,
      ...(month === undefined ? {} : { month }),
      ...(sums === undefined ? {} : { sums }),
      ...(published === undefined ? {} : { source: published }),
      ...(sources === undefined ? {} : { sources }),
    });
  });
}
