import type { Contents } from "@jupyterlab/services";
import { isStarterSlug, parseStarter, type Starter } from "./starter.js";

/** Folder of the starters in a lab whose root is the person's own folder: the container image's. */
const linkedFolder = "modeles";

/** Starters found in the lab's files, and the folders whose `starter.json` could not be read. */
export interface StarterLibrary {
  readonly starters: readonly Starter[];
  readonly unreadable: readonly { readonly folder: string; readonly reason: string }[];
}

/**
 * Reads the starters through the lab's files: those at the root of the file browser, or else those in `modeles/`.
 * @throws {ServerConnection.ResponseError} when the root itself can't be listed
 */
export async function readStarters(contents: Contents.IManager): Promise<StarterLibrary> {
  let entries = await listFolder(contents, "");
  if (!entries.some(isStarterFolder) && entries.some(({ name }) => name === linkedFolder)) {
    entries = await listFolder(contents, linkedFolder);
  }
  const folders = entries
    .filter(isStarterFolder)
    .map(({ path }) => path)
    .sort();
  const read = await Promise.allSettled(
    folders.map(async (folder) => {
      const file = await contents.get(`${folder}/starter.json`, {
        type: "file",
        format: "text",
        content: true,
      });
      return parseStarter(folder, String(file.content));
    }),
  );
  const starters: Starter[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  for (const [index, result] of read.entries()) {
    if (result.status === "fulfilled") starters.push(result.value);
    else unreadable.push({ folder: folders[index] ?? "", reason: String(result.reason) });
  }
  return { starters, unreadable };
}

function isStarterFolder({ type, name }: Contents.IModel): boolean {
  return type === "directory" && isStarterSlug(name);
}

async function listFolder(contents: Contents.IManager, path: string): Promise<Contents.IModel[]> {
  const folder = await contents.get(path, { type: "directory", content: true });
  return folder.content as Contents.IModel[];
}
