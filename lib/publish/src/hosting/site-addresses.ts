/** How a site's addresses are written. */
export interface SiteAddresses {
  /** Address of the site, with its final slash. */
  site: string;
  /** `index.html` where the place doesn't show a folder's index by itself, as S3 buckets. */
  index: "" | "index.html";
}

/** The stable address of a page. */
export function pageAddress({ site, index }: SiteAddresses, slug: string): string {
  return `${site}${slug}/${index}`;
}

/** The address of a page's image. */
export function imageAddress({ site }: SiteAddresses, slug: string): string {
  return `${site}${slug}/image.png`;
}
