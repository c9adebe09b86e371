import { UserError } from "damir";
import type { AnalysisRecord } from "./analysis-record.js";

/** Which analysis a page is of, and who signs it: what tells it from another of the same name. */
export interface PageClaim {
  /** Name of the page in addresses: lower-case letters, digits and hyphens. */
  slug: string;
  /** Who signs it. */
  author?: string;
  /** Identifiers of the fork that the notebook is and of those it descends from, its own first; none where it is no fork. */
  forks?: readonly string[];
  /** True for a page that is not to be taken for a result. */
  draft?: boolean;
}

/** A rendered analysis, ready to be put on a static site. */
export interface HostedPage extends PageClaim {
  /** The whole page: one self-contained document. */
  html: string;
  /** Picture of the analysis for cards and lists: a PNG. None where nothing is drawn. */
  image?: Uint8Array;
  title: string;
  /** What the analysis says, in markdown. */
  description: string;
  /** Name of this version in addresses: letters, digits, dots and hyphens. */
  version: string;
}

/** Where a page is once published. */
export interface HostingOutcome {
  /** The stable address, that always shows the last version. */
  address: string;
  /** The address of this version, that stays. */
  versionAddress: string;
  /** Address of the site's list of analyses. */
  siteAddress: string;
  /** Address of the site's Atom feed. */
  feedAddress: string;
  /** False when the site already was exactly so. */
  changed: boolean;
}

/** How a page is put on its site. */
export interface HostingOptions {
  /** Goes over a page of another author, or one that was changed by hand on the site. */
  replace?: boolean;
}

/** A place that keeps a site of analyses. */
export interface Host {
  /** How long a page may take before it shows at its address, in milliseconds; none where nothing serves it. */
  readonly patience: number | undefined;
  /** What to look at when a page doesn't show at its address, in French, a sentence. */
  readonly whereToLook: string;
  /** The stable address that a page of that name will have: it can be written in the page before it is published. */
  addressOf(slug: string): string;
  /** The address that the page's image will have. */
  imageAddressOf(slug: string): string;
  /**
   * What the site knows of the analysis; undefined where it has none of that name. Nothing is written.
   * @throws UserError when the page couldn't be published there, as {@link Host.publish} says
   */
  find(claim: PageClaim, options?: HostingOptions): Promise<AnalysisRecord | undefined>;
  /**
   * Puts a page on the site, as its last version, and brings the list of analyses and the feed up to date.
   * Interrupted, it is mended by running it again.
   * @throws UserError when the place can't be reached, refuses, or holds something else where the page would go: a page of another
   * origin, author or hand, the same version with another content, or a published page where this one is a draft
   */
  publish(page: HostedPage, now: Date, options?: HostingOptions): Promise<HostingOutcome>;
}

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const versionPattern = /^[a-z0-9]+([.-][a-z0-9]+)*$/i;
const longestName = 100;

/**
 * Names become folders and addresses: nothing else than a plain name passes.
 * @throws UserError when it isn't one
 */
export function requirePlainSlug(slug: string): void {
  if (!slugPattern.test(slug) || slug.length > longestName) {
    throw new UserError(
      `« ${slug} » ne peut pas être le nom d'une page : il faut des minuscules sans accent, des chiffres et des tirets, ${longestName} au plus (depassements-par-region). Donnez-en un : --slug NOM.`,
    );
  }
}

/** @throws UserError when the version's name isn't a plain one */
export function requirePlainVersion(version: string): void {
  if (!versionPattern.test(version) || version.length > longestName) {
    throw new UserError(
      `« ${version} » ne peut pas être le nom d'une version : il faut des lettres sans accent, des chiffres, des points et des tirets (2026-03-01).`,
    );
  }
}

/**
 * Reads the public address of a site.
 * @returns the address, with its final slash
 * @throws UserError when it isn't one
 */
export function siteAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["https:", "http:", "file:"].includes(url.protocol) || url.username !== "") {
    throw new UserError(
      `L'adresse du site ne se lit pas : ${text}. Donnez celle que liront les visiteurs, comme https://equipe.github.io/analyses/.`,
    );
  }
  url.hash = "";
  url.search = "";
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
