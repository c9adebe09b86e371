import { BlockList, isIP } from "node:net";
import { UserError } from "damir";

/** A dataset to link: what its record in the catalogue knows of it. */
export interface LinkedDataset {
  title: string;
  /** Its 24 hexadecimal digits on data.gouv.fr, or its slug. */
  name: string;
}

/** What a réutilisation's card says. */
export interface ReuseCard {
  /** What the data were used for. */
  title: string;
  /** In markdown: question, method, what it shows, limits. */
  description: string;
  /** The page: public, and stable. */
  url: string;
  /** Key words. */
  tags: string[];
  datasets: LinkedDataset[];
  /** Identifier or slug of the organisation in whose name it is published; one's own otherwise. */
  organization?: string;
  /** A PNG; none where the analysis draws nothing. */
  image?: Uint8Array;
  /** Name of the analysis, by which its card is found again wherever the page moves. */
  slug: string;
  version: string;
  /** Where the figures come from, kept in the card for whoever reads it by program. */
  sources: readonly CardSource[];
}

/** One source of an analysis. */
export interface CardSource {
  table: string;
  title: string;
  producer: string;
  licence: string;
  /** Day of the last update of the published data. */
  updated?: string;
  sha256?: string | readonly string[];
  synthetic?: boolean;
}

/** Rules of the site and of its guide for publishers. */
const shortestDescription = 200;
const heaviestImage = 4e6;
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Checks a card before anything is sent: a request refused half-way leaves a draft.
 * @param draft true for a draft on the test site, the only one that may come from synthetic data
 * @throws UserError with all that is wrong
 */
export function requireGoodCard(card: ReuseCard, { draft = false } = {}): void {
  const faults: string[] = [];
  if (card.title.trim() === "") faults.push("le titre est vide : dites à quoi les données ont servi");
  const length = card.description.trim().length;
  if (length < shortestDescription) {
    faults.push(
      `la description a ${length} caractères, il en faut ${shortestDescription} : la question, la méthode, ce qu'on voit, les limites`,
    );
  }
  const address = faultOfAddress(card.url);
  if (address) faults.push(address);
  for (const tag of card.tags) {
    const slug = tagSlug(tag);
    if (slug.length < 3 || slug.length > 96)
      faults.push(`le mot-clé « ${tag} » doit avoir de 3 à 96 lettres`);
  }
  if (card.datasets.length === 0) {
    faults.push(
      "aucun des jeux de données lus n'est sur data.gouv.fr : une réutilisation sans jeu y reste invisible",
    );
  }
  const invented = card.sources.filter(({ synthetic }) => synthetic).map(({ table }) => table);
  if (invented.length > 0 && !draft) {
    faults.push(
      `ces données sont synthétiques : ${invented.join(", ")}. Importez les vraies (damir data pull)`,
    );
  }
  const { image } = card;
  if (image && !pngStart.equals(image.subarray(0, pngStart.length))) faults.push("l'image n'est pas un PNG");
  if (image && image.length > heaviestImage) {
    faults.push(`l'image pèse ${(image.length / 1e6).toFixed(1).replace(".", ",")} Mo, 4 au plus`);
  }
  if (faults.length > 0) {
    throw new UserError(
      `La fiche n'est pas prête, rien n'a été envoyé :\n${faults.map((fault) => `- ${fault}`).join("\n")}`,
    );
  }
}

/** A key word as the site writes it: lower case, without accents, hyphens between words. */
export function tagSlug(tag: string): string {
  return tag
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

const privateAddresses = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  privateAddresses.addSubnet(network, bits);
}
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  privateAddresses.addSubnet(network, bits, "ipv6");
}

/** Why the site would refuse the address of a page; undefined where it wouldn't. */
export function faultOfAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return `l'adresse de la page (${text}) n'est pas celle d'un site : publiez-la d'abord (--to git ou s3, ou --to folder avec --address)`;
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  const closed =
    version === 0
      ? !host.includes(".") || /\.(localhost|local|internal|lan|home|intranet)$/.test(host)
      : privateAddresses.check(host, version === 6 ? "ipv6" : "ipv4");
  return closed
    ? `l'adresse de la page (${text}) n'est pas publique : personne d'autre ne pourrait la lire`
    : undefined;
}
