import { createHash } from "node:crypto";
import { UserError } from "damir";
import { readRecord, recordName, writeRecord, type AnalysisRecord } from "./analysis-record.js";
import { requirePlainNames, type HostedPage, type HostingOutcome } from "./published-page.js";
import { pageAddress, type SiteAddresses } from "./site-addresses.js";
import { siteFeed } from "./site-feed.js";
import type { SiteFiles } from "./site-files.js";
import { madeHere, siteIndex } from "./site-index.js";
import { summaryOf } from "./summary.js";

const encode = (text: string) => new TextEncoder().encode(text);

/**
 * Puts a page on a site: its version, its record, its stable address, then the list and the feed, in that order, so that what is
 * reachable is always whole. All of it is written again each time where it differs: a run interrupted anywhere is mended by the next.
 * @throws UserError when something else than the workshop's pages is where they would go
 */
export async function putPage(
  files: SiteFiles,
  page: HostedPage,
  addresses: SiteAddresses,
  now: Date,
): Promise<HostingOutcome> {
  requirePlainNames(page);
  await requireOwnPlace(files, page);
  let changed = false;
  const write = async (path: string, content: Uint8Array) => {
    const there = await files.read(path);
    if (there !== undefined && Buffer.compare(there, content) === 0) return;
    await files.write(path, content);
    changed = true;
  };

  const html = encode(page.html);
  const sha256 = createHash("sha256").update(html).update(page.image).digest("hex");
  const recordPath = `${page.slug}/${recordName}`;
  const previous = await recordAt(files, recordPath);
  const known = previous?.versions.find(({ version }) => version === page.version);
  const record = recordOf(page, sha256, previous, now);

  const versionFolder = `${page.slug}/${page.version}`;
  await write(`${versionFolder}/image.png`, page.image);
  await write(`${versionFolder}/index.html`, html);
  await write(recordPath, writeRecord(record));
  await write(`${page.slug}/image.png`, page.image);
  await write(`${page.slug}/index.html`, html);

  const records = await allRecords(files);
  await write("feed.xml", encode(siteFeed(records, addresses)));
  await write("index.html", encode(siteIndex(records, addresses)));

  return {
    address: pageAddress(addresses, page.slug),
    versionAddress: `${addresses.site}${versionFolder}/${addresses.index}`,
    siteAddress: `${addresses.site}${addresses.index}`,
    feedAddress: `${addresses.site}feed.xml`,
    replaced: known !== undefined && known.sha256 !== sha256,
    changed,
  };
}

async function requireOwnPlace(files: SiteFiles, { slug }: HostedPage): Promise<void> {
  const home = await files.read("index.html");
  if (home !== undefined && !madeHere(home)) {
    throw new UserError(
      "Le site a déjà une page d'accueil qui ne vient pas de l'atelier : elle n'est pas remplacée. Publiez dans un de ses dossiers, par exemple avec --path analyses.",
    );
  }
  const page = await files.read(`${slug}/index.html`);
  if (page !== undefined && (await files.read(`${slug}/${recordName}`)) === undefined) {
    throw new UserError(
      `Le site a déjà une page « ${slug} » qui ne vient pas de l'atelier : elle n'est pas remplacée. Donnez un autre nom à la vôtre, ou publiez dans un autre dossier avec --path.`,
    );
  }
}

function recordOf(
  page: HostedPage,
  sha256: string,
  previous: AnalysisRecord | undefined,
  now: Date,
): AnalysisRecord {
  const known = previous?.versions.find(({ version }) => version === page.version);
  // The same page again, a run that mends another for instance, isn't an update.
  const date = known?.sha256 === sha256 ? known.date : now.toISOString();
  const older = previous?.versions.filter(({ version }) => version !== page.version) ?? [];
  return {
    slug: page.slug,
    title: page.title,
    summary: summaryOf(page.description),
    ...(page.author === undefined ? {} : { author: page.author }),
    published: previous?.published ?? date,
    updated: date,
    versions: [{ version: page.version, date, sha256 }, ...older],
  };
}

async function recordAt(files: SiteFiles, path: string): Promise<AnalysisRecord | undefined> {
  const content = await files.read(path);
  return content === undefined ? undefined : readRecord(content, path);
}

/** The analyses of a site, the last updated first. */
async function allRecords(files: SiteFiles): Promise<AnalysisRecord[]> {
  const records = [];
  for (const path of await files.listNamed(recordName)) {
    const record = await recordAt(files, path);
    if (record) records.push(record);
  }
  return records.sort((a, b) => b.updated.localeCompare(a.updated) || a.slug.localeCompare(b.slug));
}
