/**
 * What the dialog that shares a notebook and the panel's kernel say to each other.
 * No imports here: the browser side takes these types without the rest.
 */

/** Where the page goes. */
export type ShareDestination = "folder" | "git" | "s3";

/** A publication as a person asks for it. Empty texts stand for what isn't said. */
export interface ShareWish {
  /** `preview` makes the page for its author's eyes; `rehearse` shows the requests that would be sent; `publish` does it. */
  readonly action: "preview" | "rehearse" | "publish";
  /** Path of the notebook from the lab's root. */
  readonly notebook: string;
  readonly to: ShareDestination;
  /** Folder of the site; from the lab's root where it is relative. */
  readonly folder: string;
  readonly repository: string;
  readonly remote: string;
  readonly branch: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  /** Folder within the site. */
  readonly path: string;
  /** Public address of the site. */
  readonly address: string;
  readonly author: string;
  readonly email: string;
  readonly licence: string;
  readonly draft: boolean;
  readonly saved: boolean;
  readonly replace: boolean;
  readonly card: boolean;
  readonly demo: boolean;
  readonly organization: string;
  readonly tags: readonly string[];
  /** Whether a key typed is kept in a file that its owner alone reads, once the site has taken it. */
  readonly keepKey: boolean;
}

/** What must never be shown, logged or kept unasked. */
export interface ShareSecrets {
  /** Key of data.gouv.fr. */
  readonly key: string;
  /** Keys of the S3 bucket. */
  readonly accessKey: string;
  readonly secretKey: string;
}

/** How a publication ended; its events have said the rest. */
export interface ShareResult {
  readonly ok: boolean;
  readonly interrupted: boolean;
  /** What went wrong, in French; empty where an event said it, or nothing did. */
  readonly message: string;
  /** The page, of a preview. */
  readonly html?: string;
  /** Where a key was kept, or why it was not, in French. */
  readonly key?: string;
}

/** Whether data.gouv.fr's key is known without being asked for. */
export interface KeyState {
  readonly known: boolean;
  /** Where one would be kept, or why the one kept can't serve, in French. */
  readonly text: string;
}
