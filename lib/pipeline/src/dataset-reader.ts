import type { PipelineEffects } from "./effects.js";

/** Where a published file was fetched from: it goes into the manifest, and from there under tables and charts. */
export interface FileOrigin {
  url: string;
  etag?: string;
  /** `Last-Modified` as the server said it. */
  lastModified?: string;
  /** Day of the last update, `AAAA-MM-JJ`, as the licence asks to cite. */
  updated?: string;
}

/** A published file on this disk, fetched or given by the user. */
export interface ReceivedFile {
  path: string;
  /** Absent for a file that the user already had. */
  origin?: FileOrigin;
}

/** What one published file became in the store. */
export interface ImportedFile {
  /** Name of the published file. */
  source: string;
  /** Table of the store that it entered. */
  table: string;
  /** Processing month `AAAAMM`, for the tables that come one file a month. */
  month?: string;
  /** Rows made of the published file. */
  rows: number;
  /** Rows of the Parquet file, where it also holds those of other publications: it was completed. */
  storedRows?: number;
  /** Size of the Parquet file. */
  bytes: number;
  /** True when the store already held this month or this file. */
  replaced: boolean;
  /** What the user should know, a French sentence each: short rows, variables absent, totals set aside. */
  notes: string[];
}

/** Reads the published files of one dataset of the catalogue into the store. */
export interface DatasetReader {
  /**
   * Imports files, one after the other; each enters whole or not at all, and those before a bad one stay.
   * @param home folder of the stores (`damirHome()`)
   * @param options `jobs`: files imported at a time where the reader can and the memory allows; 1 unless said
   * @throws UserError when a file can't be kept without loss, or the disk or another import stands in the way
   */
  add(
    files: ReceivedFile[],
    home: string,
    effects: PipelineEffects,
    options?: { jobs?: number },
  ): Promise<ImportedFile[]>;
}
