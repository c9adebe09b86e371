import { isDeepStrictEqual } from "node:util";
import { UserError } from "damir";
import { writeRecord, type AnalysisRecord } from "./analysis-record.js";
import { requireOwnPlace } from "./own-place.js";
import {
  requirePlainVersion,
  type HostedPage,
  type HostingOptions,
  type HostingOutcome,
} from "./published-page.js";
import { pageAddress, type SiteAddresses } from "./site-addresses.js";
import { siteFeed } from "./site-feed.js";
import type { SiteFiles } from "./site-files.js";
import { siteIndex } from "./site-index.js";
import { allRecords, recordAt, recordPath, sha256Of } from "./site-records.js";
import { summaryOf } from "./summary.js";

const encode = (text: string) => new TextEncoder().encode(text);

/** Publications that cross one another end after a turn each: more are something else. */
const mostTurns = 5;

/**
 * Puts a page on a site: its version, its record, its stable address, then the list and the feed, in that order, so that what is
 * reachable is always whole. All of it is written again each time where it differs: a run interrupted anywhere is mended by the next.
 * Where others can write meanwhile, what they wrote is looked at again at the end.
 * @throws UserError when something else than this page is where it would go
 * @throws ChangedMeanwhile when somebody published the same analysis at the same moment
 */
export async function putPage(
  files: SiteFiles,
  page: HostedPage,
  addresses: SiteAddresses,
  now: Date,
  options: HostingOptions = {},
): Promise<HostingOutcome> {
  requirePlainVersion(page.version);
  const previous = await requireOwnPlace(files, page, options);
  let changed = false;
  const write = async (path: string, content: Uint8Array) => {
    const there = await files.read(path);
    if (there !== undefined && Buffer.compare(there, content) === 0) return;
    await files.write(path, content);
    changed = true;
  };

  const html = encode(page.html);
  const record = recordOf(page, html, previous, now);
  const { slug } = page;
  const versionFolder = `${slug}/${page.version}`;
  if (page.image) await write(`${versionFolder}/image.png`, page.image);
  await write(`${versionFolder}/index.html`, html);
  if (!isDeepStrictEqual(record, previous)) {
    // As it was when this one was made of it: read again in between, it would hide what somebody else has written.
    await files.write(recordPath(slug), writeRecord(record), true);
    changed = true;
  }
  if (page.image) await write(`${slug}/image.png`, page.image);
  await write(`${slug}/index.html`, html);

  for (let turn = 1; turn <= mostTurns; turn++) {
    const records = await allRecords(files);
    await write("feed.xml", encode(siteFeed(records, addresses)));
    await write("index.html", encode(siteIndex(records, addresses)));
    if (files.exclusive) break;
    await showLast(files, slug, write);
    if (JSON.stringify(await allRecords(files)) === JSON.stringify(records)) break;
  }

  return {
    address: pageAddress(addresses, slug),
    versionAddress: `${addresses.site}${versionFolder}/${addresses.index}`,
    siteAddress: `${addresses.site}${addresses.index}`,
    feedAddress: `${addresses.site}feed.xml`,
    changed,
  };
}

/** The stable address shows the version that the record gives as the last, even if ours was written there after a later one. */
async function showLast(
  files: SiteFiles,
  slug: string,
  write: (path: string, content: Uint8Array) => Promise<void>,
): Promise<void> {
  const last = (await recordAt(files, slug))?.versions[0];
  const html = last && (await files.read(`${slug}/${last.version}/index.html`));
  if (!html || sha256Of(html) !== last.sha256) return;
  const image = last.image && (await files.read(`${slug}/${last.version}/image.png`));
  if (image) await write(`${slug}/image.png`, image);
  await write(`${slug}/index.html`, html);
}

function recordOf(
  page: HostedPage,
  html: Uint8Array,
  previous: AnalysisRecord | undefined,
  now: Date,
): AnalysisRecord {
  const sha256 = sha256Of(html);
  const known = previous?.versions.find(({ version }) => version === page.version);
  if (known && known.sha256 !== sha256) {
    throw new UserError(
      `La version ${page.version} de « ${page.slug} » est déjà sur le site, avec un autre contenu : une version qu'on a pu citer ne change plus. Publiez de nouveau : elle aura un autre nom.`,
    );
  }
  // The same page again, a run that mends another for instance, isn't an update.
  const date = known?.date ?? now.toISOString();
  const fork = page.forks?.[0];
  const older = previous?.versions.filter(({ version }) => version !== page.version) ?? [];
  return {
    slug: page.slug,
    title: page.title,
    summary: summaryOf(page.description),
    ...(page.author === undefined ? {} : { author: page.author }),
    ...(fork === undefined ? {} : { fork }),
    published: previous?.versions.some(({ draft }) => draft !== true) ? previous.published : date,
    updated: date,
    versions: [
      {
        version: page.version,
        date,
        sha256,
        ...(page.image === undefined ? {} : { image: sha256Of(page.image) }),
        ...(page.draft === true ? { draft: true } : {}),
      },
      ...older,
    ],
  };
}
