import { ServerConnection, type Contents } from "@jupyterlab/services";
import { forkName, forkStem, withLineage, type ForkableNotebook } from "./lineage.js";
import { starterSlug } from "./starter.js";

/** Folder of the forks, at the root of the file browser. */
export const forksFolder = "mes-analyses";

/** Files of a starter's folder that a fork does not need beside it. */
const ownFiles = new Set(["notebook.ipynb", "starter.json", "thumbnail.png"]);

/**
 * Copies a notebook into `mes-analyses/`, with its lineage in its metadata. Nothing is ever overwritten: the copy is written under a name
 * that the server makes up, then renamed to the first free one. The data files of a starter's folder are copied beside it.
 * @param source path of the notebook, from the root of the file browser, without drive
 * @param edited what the person sees, when it differs from the file: nothing typed before forking is lost
 * @param now day and time to keep
 * @returns path of the fork
 * @throws {ServerConnection.ResponseError} when the server refuses; no half-made copy stays then
 * @throws {ServerConnection.NetworkError} when it is gone; a draft may stay then
 */
export async function forkNotebook(
  contents: Contents.IManager,
  source: string,
  now: Date,
  edited?: ForkableNotebook,
): Promise<string> {
  const slug = starterSlug(source);
  const original = await contents.get(source, { type: "notebook", content: true, hash: true });
  const notebook = withLineage(edited ?? (original.content as ForkableNotebook), {
    starter: slug ?? "",
    notebook: source,
    sha256: original.hash ?? "",
    date: now.toISOString(),
  });
  await contents.save(forksFolder, { type: "directory" });
  const draft = await contents.newUntitled({ path: forksFolder, type: "notebook" });
  try {
    await contents.save(draft.path, { type: "notebook", format: "json", content: notebook });
    if (slug !== undefined) await copyCompanions(contents, source.slice(0, source.lastIndexOf("/")));
    return await renameToFree(contents, draft.path, forkStem(source, slug));
  } catch (error) {
    // Where the server is gone it can't be tidied up either: the first failure is the one to tell.
    await contents.delete(draft.path).catch((refused: unknown) => {
      console.warn(`${draft.path} could not be taken back`, refused);
    });
    throw error;
  }
}

/** SHA-256 of a notebook's file; undefined when it is no longer there. */
export async function hashOf(contents: Contents.IManager, path: string): Promise<string | undefined> {
  try {
    return (await contents.get(path, { content: false, hash: true })).hash;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

async function renameToFree(contents: Contents.IManager, draft: string, stem: string): Promise<string> {
  for (let n = 1; ; n++) {
    try {
      return (await contents.rename(draft, `${forksFolder}/${forkName(stem, n)}`)).path;
    } catch (error) {
      // Taken: by an earlier fork, or by someone forking at this moment.
      if (!hasStatus(error, 409)) throw error;
    }
  }
}

async function copyCompanions(contents: Contents.IManager, folder: string): Promise<void> {
  const list = async (path: string) =>
    (await contents.get(path, { type: "directory", content: true })).content as Contents.IModel[];
  const companions = (await list(folder)).filter(({ type, name }) => type === "file" && !ownFiles.has(name));
  if (companions.length === 0) return;
  const present = new Set((await list(forksFolder)).map(({ name }) => name));
  for (const { path, name } of companions) {
    if (!present.has(name)) await contents.copy(path, forksFolder);
  }
}

/** Whether the server refused with a status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ServerConnection.ResponseError && error.response.status === status;
}
