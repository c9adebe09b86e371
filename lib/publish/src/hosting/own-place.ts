import { UserError } from "damir";
import { dayInWords, type AnalysisRecord } from "./analysis-record.js";
import { requirePlainSlug, type HostingOptions, type PageClaim } from "./published-page.js";
import { recordAt, sha256Of } from "./site-records.js";
import type { SiteFiles } from "./site-files.js";
import { madeHere } from "./site-index.js";

/**
 * Makes sure that a page may go where it would: on a site of the workshop's, where its name is free or its own, and where nobody has
 * changed what it would replace.
 * @returns what the site knows of the analysis; undefined where it has none of that name
 * @throws UserError when it may not, with what to do
 */
export async function requireOwnPlace(
  files: SiteFiles,
  claim: PageClaim,
  { replace = false }: HostingOptions,
): Promise<AnalysisRecord | undefined> {
  const { slug } = claim;
  requirePlainSlug(slug);
  const home = await files.read("index.html");
  const list = home === undefined ? "ours" : madeHere(home);
  if (list === "foreign") {
    throw new UserError(
      "Le site a déjà une page d'accueil qui ne vient pas de l'atelier : elle n'est pas remplacée. Publiez dans un de ses dossiers, par exemple avec --path analyses.",
    );
  }
  if (list === "changed" && !replace) {
    throw new UserError(
      "La liste des analyses du site (index.html) a été changée à la main : la publication la referait, et ce changement serait perdu. Gardez-en une copie ailleurs, puis ajoutez --replace ; ou publiez dans un autre dossier du site avec --path.",
    );
  }
  const record = await recordAt(files, slug);
  const page = await files.read(`${slug}/index.html`);
  if (record === undefined) {
    if (page === undefined) return undefined;
    throw new UserError(
      `Le site a déjà une page « ${slug} » qui ne vient pas de l'atelier : elle n'est pas remplacée. Donnez un autre nom à la vôtre (--slug NOM), ou publiez dans un autre dossier avec --path.`,
    );
  }
  if (!replace) {
    requireSameAnalysis(record, claim);
    await requireUntouched(files, record, page);
  }
  if (claim.draft === true && record.versions[0]?.draft !== true) {
    throw new UserError(
      `La page « ${slug} » du site est publiée : un brouillon prendrait sa place. Donnez-lui un autre nom, par exemple --slug ${slug}-brouillon.`,
    );
  }
  return record;
}

/** Two people who fork one starter have pages of the same name: the second must not become a version of the first. */
function requireSameAnalysis(record: AnalysisRecord, { slug, author, forks = [] }: PageClaim): void {
  if (record.fork !== undefined && record.fork === forks[0]) return;
  const signedBy = (name: string | undefined) => name?.trim().toLowerCase();
  const sameAuthor = record.author === undefined || signedBy(record.author) === signedBy(author);
  const sameLine = record.fork === undefined || forks.length === 0 || forks.includes(record.fork);
  if (sameAuthor && sameLine) return;
  const whose = sameAuthor
    ? "publiée depuis un autre fork que celui-ci"
    : `de ${record.author ?? ""}, et vous signez ${author ?? "sans nom"}`;
  throw new UserError(
    `Le site a déjà une page « ${slug} » (${record.title}, mise à jour du ${dayInWords(record.updated)}), ${whose} : la vôtre prendrait sa place. Publiez-la sous un autre nom (--slug NOM) ; ou, si c'est bien la suite de celle-là, ajoutez --replace : ses versions restent à leurs adresses.`,
  );
}

/** What was changed by hand on the site would be lost. A version that its record doesn't know was left by a run that stopped. */
async function requireUntouched(
  files: SiteFiles,
  { slug, versions }: AnalysisRecord,
  page: Uint8Array | undefined,
): Promise<void> {
  const image = await files.read(`${slug}/image.png`);
  const pages = new Set(versions.map(({ sha256 }) => sha256));
  const images = new Set(versions.map((version) => version.image));
  const changed = [
    ...(page === undefined || pages.has(sha256Of(page)) ? [] : ["index.html"]),
    ...(image === undefined || images.has(sha256Of(image)) ? [] : ["image.png"]),
  ];
  if (changed.length === 0) return;
  throw new UserError(
    `La page « ${slug} » a été changée à la main sur le site depuis sa publication (${changed.map((name) => `${slug}/${name}`).join(", ")}) : ce changement serait perdu. Reprenez-le dans le notebook, puis ajoutez --replace ; ou publiez sous un autre nom (--slug NOM).`,
  );
}
