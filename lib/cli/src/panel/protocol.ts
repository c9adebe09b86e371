import type { KeyState, ShareResult, ShareSecrets, ShareWish } from "./share-protocol.js";

export type * from "./share-protocol.js";

/**
 * What the lab's side panel and its kernel say to each other over the comm {@link panelTarget}. Each question has an `id`, which its answer
 * repeats: `{ id, answer }`, or `{ id, failure }` with a message for the person. A download tells its progress meanwhile: `{ id, event }`.
 * No imports here but of types that stand alone: the browser side takes them without the rest.
 */
export const panelTarget = "atelier-damir:panel";

/** What can be asked. */
export interface PanelQuestions {
  search: {
    readonly parameters: { readonly text: string; readonly kind?: EntryKind };
    readonly answer: Entry[];
  };
  describe: {
    readonly parameters: { readonly name: string; readonly code?: string };
    readonly answer: EntryPage;
  };
  state: { readonly parameters: object; readonly answer: StoreState };
  plan: { readonly parameters: PullWish; readonly answer: PullAnnouncement };
  pull: { readonly parameters: PullWish; readonly answer: PullResult };
  cancel: { readonly parameters: object; readonly answer: null };
  share: {
    readonly parameters: { readonly wish: ShareWish; readonly secrets: ShareSecrets };
    readonly answer: ShareResult;
  };
  stopSharing: { readonly parameters: object; readonly answer: null };
  keyState: { readonly parameters: { readonly demo: boolean }; readonly answer: KeyState };
}

/** Kinds of entries of the dictionary. */
export type EntryKind = "variable" | "code" | "poste" | "table";

/** An entry that a search found. */
export interface Entry {
  readonly sorte: EntryKind;
  readonly nom: string;
  readonly libelle: string;
  /** A piece of SQL that uses it. */
  readonly utilisation: string;
  /** Tables that have it, separated by commas. */
  readonly table: string;
}

/** A page of the dictionary. */
export interface EntryPage {
  readonly title: string;
  readonly subtitle: string;
  readonly blocks: readonly EntryBlock[];
}

/** A piece of a page. */
export type EntryBlock =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly title: string; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "code"; readonly title: string; readonly text: string };

/** What the notebooks of this lab read. */
export interface StoreState {
  /** `role@server:port/base` where notebooks read a shared server; nothing is downloaded from here then. */
  readonly server?: string;
  /** Folder of the stores. */
  readonly home: string;
  /** Tables that queries see, the reference ones apart. */
  readonly tables: readonly StoreTableState[];
  /** Size of what was imported, in bytes; 0 with the sample alone. */
  readonly bytes: number;
  /** Bytes free on the disk of `home`; undefined where that can't be known. */
  readonly free?: number;
  /** What can be downloaded. */
  readonly datasets: readonly DatasetState[];
  /** A download that goes on. */
  readonly download?: RunningDownload;
  /** How the last one ended, where this kernel did one. */
  readonly ended?: PullResult;
}

/** How far a download has come. */
export interface RunningDownload {
  readonly dataset: string;
  /** Its files that are being fetched or imported, with the share done, from 0 to 1. */
  readonly files: readonly { readonly name: string; readonly share: number }[];
}

/** One table that queries see. */
export interface StoreTableState {
  readonly name: string;
  readonly title: string;
  readonly synthetic: boolean;
  readonly rows: number;
  readonly bytes: number;
  /** Months `AAAAMM` in order, or empty. */
  readonly months: readonly string[];
  readonly years?: { readonly first: number; readonly last: number };
  /** Day of the last update of what was published, `AAAA-MM-JJ`. */
  readonly updated?: string;
  /** When it was last imported, ISO 8601. */
  readonly importedAt?: string;
}

/** A dataset of the catalogue. */
export interface DatasetState {
  readonly id: string;
  readonly title: string;
  readonly page: string;
  /** What its periods are. */
  readonly step: "mois" | "annee" | "aucune";
  /** First period published, `AAAA-MM`; empty where there are no periods. */
  readonly since: string;
  /** Whether a period must be given. */
  readonly needsPeriod: boolean;
  /** Usual size of one of its files, in bytes. */
  readonly fileBytes: number;
}

/** A dataset to download, and its periods as `damir data pull` takes them: `2024-03`, `2024`, `2024-01..2024-12`. */
export interface PullWish {
  readonly dataset: string;
  readonly periods: readonly string[];
}

/** What a download would do. */
export interface PullAnnouncement {
  readonly files: readonly { readonly name: string; readonly state: string; readonly bytes: number }[];
  /** What isn't published, by name. */
  readonly missing: readonly string[];
  /** Bytes to fetch. */
  readonly bytes: number;
  /** Bytes of disk needed meanwhile. */
  readonly disk: number;
  /** Whether the sizes are known only roughly. */
  readonly estimated: boolean;
}

/** What a download tells on its way. */
export type PullEvent =
  | { readonly event: "progress"; readonly name: string; readonly done: number; readonly total: number }
  | { readonly event: "imported"; readonly source: string; readonly rows: number };

/** How a download ended. */
export interface PullResult {
  /** Whether the person stopped it. */
  readonly cancelled: boolean;
  /** Files imported. */
  readonly imported: number;
  /** What was said for the person, failures among it; empty where there is nothing to say. */
  readonly message: string;
  /** Whether all that was asked for is there. */
  readonly complete: boolean;
}
