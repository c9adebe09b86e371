import { Drive, type Contents } from "@jupyterlab/services";
import { shownPath, storedPath } from "./starter.js";

/** Name of the drive: what comes before the colon in a starter's path when it is opened read-only. */
export const starterDriveName = "modeles";

/** Path of a notebook seen through the drive. */
export function readOnlyPath(path: string): string {
  return `${starterDriveName}:${shownPath(path)}`;
}

/** Path of a notebook's file from the root of the file browser, whether it was opened through the drive or not. */
export function filePath(contents: Contents.IManager, path: string): string {
  const local = contents.localPath(path);
  return contents.driveName(path) === starterDriveName ? storedPath(local) : local;
}

/**
 * The lab's files as a drive that never writes: JupyterLab then knows by itself that what it opens from there can't be saved, whatever the
 * rights on the disk. It refuses to write for whoever would not ask. Each starter's notebook has its starter's name there: tabs show the name
 * of a file, and all of them are called `notebook.ipynb`.
 */
export class StarterDrive extends Drive {
  /** @param refusal what a person reads when something tries to write */
  constructor(
    options: Pick<Drive.IOptions, "serverSettings">,
    private readonly refusal: string,
  ) {
    super({ ...options, name: starterDriveName });
  }

  override async get(path: string, options?: Contents.IFetchOptions): Promise<Contents.IModel> {
    const model = await super.get(storedPath(path), options);
    const shown = shownPath(model.path);
    return { ...model, path: shown, name: shown.slice(shown.lastIndexOf("/") + 1), writable: false };
  }

  override getDownloadUrl(path: string): Promise<string> {
    return super.getDownloadUrl(storedPath(path));
  }

  override listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    // What is never written has none.
    return Promise.resolve([]);
  }

  override save(): Promise<Contents.IModel> {
    return this.refuse();
  }

  override newUntitled(): Promise<Contents.IModel> {
    return this.refuse();
  }

  override rename(): Promise<Contents.IModel> {
    return this.refuse();
  }

  override copy(): Promise<Contents.IModel> {
    return this.refuse();
  }

  override delete(): Promise<void> {
    return this.refuse();
  }

  override createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return this.refuse();
  }

  override restoreCheckpoint(): Promise<void> {
    return this.refuse();
  }

  private refuse(): Promise<never> {
    return Promise.reject(new Error(this.refusal));
  }
}
