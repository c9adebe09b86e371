import type { Contents } from "@jupyterlab/services";
import { forksFolder, hasStatus } from "./fork.js";

/** A notebook of `mes-analyses/`. */
export interface OwnNotebook {
  /** Its path, from the root of the file browser. */
  readonly path: string;
  /** Its file's name, without the end that all of them have. */
  readonly name: string;
  /** When it was last saved, ISO 8601. */
  readonly modified: string;
}

/**
 * The notebooks of `mes-analyses/`, the last saved first; none where nothing was forked yet.
 * @throws {ServerConnection.ResponseError} when the folder is there and can't be listed
 */
export async function readOwnNotebooks(contents: Contents.IManager): Promise<readonly OwnNotebook[]> {
  const folder = await contents
    .get(forksFolder, { type: "directory", content: true })
    .catch((error: unknown) => {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    });
  const files = (folder?.content ?? []) as readonly Contents.IModel[];
  return files
    .filter(({ type }) => type === "notebook")
    .map(({ path, name, last_modified }) => ({
      path,
      name: name.replace(/\.ipynb$/, ""),
      modified: last_modified,
    }))
    .sort((one, other) => Date.parse(other.modified) - Date.parse(one.modified));
}
