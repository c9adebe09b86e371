import { readCatalogue } from "@atelier-damir/pipeline";
import type { CheckReport } from "../check/check-report.js";
import { identityOf } from "../check/notebook-identity.js";
import type { AnalysisRecord } from "../hosting/analysis-record.js";
import type { HostedPage, PageClaim } from "../hosting/published-page.js";
import { sha256Of } from "../hosting/site-records.js";
import { readTexts } from "../notebook-text.js";
import { renderPage } from "../render/render-page.js";
import type { ReuseCard } from "../reuse/card.js";
import { cardDescription, cardTags, listText } from "../reuse/card-text.js";
import { linkedDatasets } from "../reuse/linked-datasets.js";
import { nextVersion } from "./page-identity.js";
import type { PublishOptions } from "./publish-options.js";

/**
 * Makes the page of a notebook that was checked. Its version is named after the day: the one that the site already has of that day
 * where the page is the same to the byte, so that a second run goes on from the first; another otherwise, since a version that was
 * published no longer changes.
 * @param day `AAAA-MM-JJ`
 * @param record what the site knows of the analysis
 */
export async function madePage(
  { executed, sources, synthetic }: CheckReport,
  claim: PageClaim,
  options: PublishOptions,
  day: string,
  record: AnalysisRecord | undefined,
): Promise<HostedPage> {
  const { host, draft = false } = options;
  const identity = identityOf(executed, options);
  const rendered = (version: string) =>
    renderPage(executed, {
      identity,
      sources,
      version,
      date: day,
      draft,
      synthetic,
      saved: options.saved ?? false,
      slug: claim.slug,
      ...(host.patience === undefined
        ? {}
        : { canonicalUrl: host.addressOf(claim.slug), imageUrl: host.imageAddressOf(claim.slug) }),
    });
  const known = record?.versions ?? [];
  const names = known.map(({ version }) => version);
  const last = known.find(({ version }) => version === day || version.startsWith(`${day}-`));
  let version = last?.version ?? day;
  let page = await rendered(version);
  if (last && sha256Of(new TextEncoder().encode(page.html)) !== last.sha256) {
    version = nextVersion(day, names);
    page = await rendered(version);
  }
  const image = options.image ?? page.socialImage;
  return {
    ...claim,
    html: page.html,
    ...(image === undefined ? {} : { image }),
    title: readTexts(executed).title ?? claim.slug,
    description: listText(executed),
    version,
  };
}

/** The card of a page, as data.gouv.fr will have it. */
export function cardOf(
  page: HostedPage,
  address: string,
  { executed, sources }: CheckReport,
  options: PublishOptions,
): ReuseCard {
  const { card, tags = [] } = options;
  const catalogue = readCatalogue();
  const tables = sources.map(({ table }) => table);
  return {
    title: page.title,
    description: cardDescription(executed, sources, identityOf(executed, options)),
    url: address,
    tags: cardTags(sources, catalogue, tags),
    datasets: linkedDatasets(tables, catalogue).linked,
    ...(card?.organization === undefined ? {} : { organization: card.organization }),
    ...(page.image === undefined ? {} : { image: page.image }),
    slug: page.slug,
    version: page.version,
    sources: sources.map(({ table, title, producer, licence, updated, files, synthetic }) => ({
      table,
      title,
      producer,
      licence,
      synthetic,
      sha256: files.map(({ sha256 }) => sha256),
      ...(updated === undefined ? {} : { updated }),
    })),
  };
}
