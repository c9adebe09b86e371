import { UserError } from "damir";

/** A rendered analysis, ready to be put on a static site. */
export interface HostedPage {
  /** The whole page: one self-contained document. */
  html: string;
  /** Picture of the analysis for cards and lists: a PNG. */
  image: Uint8Array;
  title: string;
  /** What the analysis says, in markdown. */
  description: string;
  /** Name of the page in addresses: lower-case letters, digits and hyphens. */
  slug: string;
  /** Name of this version in addresses: letters, digits, dots and hyphens. */
  version: string;
  /** Who signs it. */
  author?: string;
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
  /** True when this version was already there, with another content. */
  replaced: boolean;
  /** False when the site already was exactly so. */
  changed: boolean;
}

/** A place that keeps a site of analyses. */
export interface Host {
  /** The stable address that a page of that name will have: it can be written in the page before it is published. */
  addressOf(slug: string): string;
  /**
   * Puts a page on the site, as its last version, and brings the list of analyses and the feed up to date.
   * Interrupted, it is mended by running it again.
   * @throws UserError when the place can't be reached, refuses, or holds something else where the page would go
   */
  publish(page: HostedPage, now: Date): Promise<HostingOutcome>;
}

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const versionPattern = /^[a-z0-9]+([.-][a-z0-9]+)*$/i;
const longestName = 100;

/**
 * Names become folders and addresses: nothing else than a plain name passes.
 * @throws UserError when one isn't
 */
export function requirePlainNames({ slug, version }: Pick<HostedPage, "slug" | "version">): void {
  if (!slugPattern.test(slug) || slug.length > longestName) {
    throw new UserError(
      `« ${slug} » ne peut pas être le nom d'une page : il faut des minuscules sans accent, des chiffres et des tirets, ${longestName} au plus (depassements-par-region).`,
    );
  }
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
