import { Drive, type Contents } from "@jupyterlab/services";

/** Name of the drive: what comes before the colon in a starter's path when it is opened read-only. */
export const starterDriveName = "modeles";

/** Path of a notebook seen through the drive. */
export function readOnlyPath(path: string): string {
  return `${starterDriveName}:${path}`;
}

/**
 * The lab's files as a drive that never writes: JupyterLab then knows by itself that what it opens from there can't be saved, whatever the
 * rights on the disk. It refuses to write for whoever would not ask.
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
    return { ...(await super.get(path, options)), writable: false };
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
