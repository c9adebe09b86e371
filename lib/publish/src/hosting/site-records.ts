import { createHash } from "node:crypto";
import { readRecord, recordName, type AnalysisRecord } from "./analysis-record.js";
import type { SiteFiles } from "./site-files.js";

export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Where the record of an analysis is. */
export function recordPath(slug: string): string {
  return `${slug}/${recordName}`;
}

/** What a site knows of an analysis; undefined where it has none of that name. */
export async function recordAt(files: SiteFiles, slug: string): Promise<AnalysisRecord | undefined> {
  const content = await files.read(recordPath(slug));
  return content === undefined ? undefined : readRecord(content, recordPath(slug));
}

/** The analyses of a site, the last updated first. */
export async function allRecords(files: SiteFiles): Promise<AnalysisRecord[]> {
  const records = [];
  for (const path of await files.listNamed(recordName)) {
    const content = await files.read(path);
    if (content) records.push(readRecord(content, path));
  }
  return records.sort((a, b) => b.updated.localeCompare(a.updated) || a.slug.localeCompare(b.slug));
}
