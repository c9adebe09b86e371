import type { FileContent } from "./content.js";

/** A published file, found but not yet fetched. */
export interface RemoteFile {
  /** What it is called here: made from the catalogue, never from what a server says. */
  name: string;
  url: string;
  content: FileContent;
  /** Other names and addresses, tried in order where the first isn't published. */
  alternatives: readonly { name: string; url: string }[];
  /** Gives a fresh address, where addresses go stale. */
  renew?: () => Promise<string>;
  /** Size in bytes, where its list says it. */
  bytes?: number;
  /** Day of its last update `AAAA-MM-JJ`, where its list says it. */
  updated?: string;
  /** What it must be imported together with, `2024`: the files of the same group. */
  group?: string;
  /** True for one of many that may not exist without the rest being worth less. */
  optional: boolean;
}

/** What was found of what was asked. */
export interface Located {
  files: RemoteFile[];
  /** What is asked and not published, as people write it: `2026-09`, `usagers 2024`. */
  missing: string[];
}

/** What identifies one version of a file on its server. */
export interface Version {
  etag?: string;
  lastModified?: string;
  bytes?: number;
}

/**
 * True when what a server shows is the version already known. Where nothing can be compared, a published file is taken
 * for what it was: they are seldom replaced, and one may ask for it again.
 */
export function isSameVersion(known: Version, seen: Version): boolean {
  if (known.etag !== undefined && seen.etag !== undefined) return known.etag === seen.etag;
  if (known.bytes !== undefined && seen.bytes !== undefined && known.bytes !== seen.bytes) return false;
  if (known.lastModified !== undefined && seen.lastModified !== undefined)
    return known.lastModified === seen.lastModified;
  return true;
}

/** The day of a date as servers write it, `AAAA-MM-JJ`; undefined where it can't be read. */
export function dayOf(date: string | null | undefined): string | undefined {
  const time = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}

/** Fills `{annee}` and the like. */
export function filled(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{([\w-]+)\}/g, (braces, key: string) => values[key] ?? braces);
}
