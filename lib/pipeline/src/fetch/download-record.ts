import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { z } from "zod";

const version = {
  url: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** Day of the last update, `AAAA-MM-JJ`. */
  updated: z.string().optional(),
};

/** What was known of a file when its download began: beside the `.partial`. */
const begun = z.object({ ...version, bytes: z.number().optional() });
export type BegunDownload = z.output<typeof begun>;

/** What is known of a file that came whole: beside it, and in its place once it is imported and removed. */
const done = z.object({
  ...version,
  bytes: z.number(),
  sha256: z.string(),
  fetchedAt: z.string(),
  /** Where its rows went, once they are in the store. */
  imported: z.object({ at: z.string(), tables: z.array(z.string()) }).optional(),
});
export type DoneDownload = z.output<typeof done>;

/** Reads what is known of a download begun; undefined where nothing is, or nothing that can be trusted. */
export function readBegun(path: string): BegunDownload | undefined {
  return readRecord(path, begun);
}

/** Reads what is known of a file that came whole; undefined where nothing is, or nothing that can be trusted. */
export function readDone(path: string): DoneDownload | undefined {
  return readRecord(path, done);
}

/** Writes a record whole or not at all. */
export async function writeRecord(path: string, record: BegunDownload | DoneDownload): Promise<void> {
  const draft = `${path}.draft`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(`${JSON.stringify(record, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}

/** A record that a power cut left unreadable only costs a download. */
function readRecord<T>(path: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
