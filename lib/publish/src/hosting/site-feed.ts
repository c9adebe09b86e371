import { Feed } from "feed";
import type { AnalysisRecord } from "./analysis-record.js";
import { pageAddress, type SiteAddresses } from "./site-addresses.js";
import { siteTitle } from "./site-index.js";

/** The Atom feed of a site: an entry an analysis, the last updated first. Drafts aren't news. */
export function siteFeed(all: readonly AnalysisRecord[], addresses: SiteAddresses): string {
  const records = all.filter(({ versions }) => versions[0]?.draft !== true);
  const feed = new Feed({
    id: addresses.site,
    link: `${addresses.site}${addresses.index}`,
    title: siteTitle,
    language: "fr",
    copyright: "Licence de chaque analyse : voir sa page",
    generator: "Atelier DAMIR",
    feedLinks: { atom: `${addresses.site}feed.xml` },
    // The present would make of each run an update.
    updated: new Date(records[0]?.updated ?? 0),
  });
  for (const record of records) {
    const link = pageAddress(addresses, record.slug);
    feed.addItem({
      id: link,
      link,
      title: record.title,
      description: record.summary,
      date: new Date(record.updated),
      published: new Date(record.published),
      author: [{ name: record.author ?? siteTitle }],
    });
  }
  return feed.atom1();
}
