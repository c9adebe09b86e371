import type { NotebookIdentity } from "../check/notebook-identity.js";
import type { ReadSource } from "../check/check-report.js";
import type { ResultFile } from "./page-content.js";

export type { ResultFile } from "./page-content.js";

/** What a page says beyond what its notebook holds. */
export interface RenderOptions {
  /** Who signs the page, and the licence under which others may take it up. */
  identity: NotebookIdentity;
  /** Datasets that the notebook's queries read. */
  sources: readonly ReadSource[];
  /** Name of this version of the page: `2026-03-01`. */
  version: string;
  /** Day of the publication, `AAAA-MM-JJ`. */
  date: string;
  /** Name of the page in addresses; the downloaded notebook bears it. That of the title unless said. */
  slug?: string;
  /** The stable address that the page will have. */
  canonicalUrl?: string;
  /** The address that the page's picture will have, for the cards of social networks. */
  imageUrl?: string;
  /** A page that is not to be taken for a result: it says so, and asks search engines to leave it out. */
  draft?: boolean;
  /** True when any of the rows were generated: the page says so. */
  synthetic?: boolean;
  /** True when the outputs are those that were saved, rather than those of a fresh kernel. */
  saved?: boolean;
  /** Address of a lab, or of its installation, where the analysis can be taken up. */
  labAddress?: string;
}

/** A notebook made into a page. */
export interface RenderedPage {
  /** The whole page: one document, which needs no other and no network. */
  html: string;
  title: string;
  /** The notebook that the page offers for download, a JSON text: without outputs, which are the page. */
  notebook: string;
  /** A PNG of 1200 × 630 that shows the analysis' drawing; none where nothing is drawn. */
  socialImage?: Uint8Array;
  /** The rows of each result, as the page offers them. */
  tables: ResultFile[];
  /** How many charts and maps the page has, and how many of them are interactive. */
  charts: { total: number; interactive: number };
  /** Weight of the page, in bytes. */
  bytes: number;
}
