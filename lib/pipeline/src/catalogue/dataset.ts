import { z } from "zod";

const units: Record<string, number> = { octets: 1, ko: 1e3, Mo: 1e6, Go: 1e9 };

/** A size as people write it, `950 Mo`, read as bytes. */
const size = z
  .string()
  .regex(/^\d+(,\d+)? (octets|ko|Mo|Go)$/, "attendu : une taille comme 950 Mo")
  .transform((text) => {
    const [number = "", unit = ""] = text.split(" ");
    return Number(number.replace(",", ".")) * (units[unit] ?? 1);
  });

const text = z.string().min(1);
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "attendu : un mois comme 2015-01");
const webPage = z.url({ protocol: /^https$/ });
/** An address with `{annee}` and the like in braces. */
const addressPattern = z.string().regex(/^https:\/\/[\w.-]+\//, "attendu : une adresse https://…");
/** What a downloaded file is called on this disk: never a path, never what a server says. */
const namePattern = z
  .string()
  .regex(/^[\w{}][\w{}.-]*$/, "attendu : un nom de fichier (lettres, chiffres, - _ . et {…}), sans dossier");
const content = z.enum(["gzip", "zip", "texte", "json"]);
const table = z.string().regex(/^[a-z_]+$/, "attendu : un nom de table en minuscules");

function isPattern(source: string): boolean {
  try {
    new RegExp(source, "i");
    return true;
  } catch {
    return false;
  }
}

/** A year of a file's name, or the running year: `1950`, `{courante}`, `{courante-2}`. */
const yearBound = /^(\d{4}|\{courante(-\d)?\})$/;

const sessionPage = z.strictObject({
  genre: z.literal("session-page"),
  page: addressPattern.includes("{annee}"),
  parametre: z.string().includes("{nom}"),
  fichiers: z
    .array(z.strictObject({ nom: namePattern, depuis: month.optional(), jusqu_a: month.optional() }))
    .min(1),
});

const datagouvApi = z.strictObject({
  genre: z.literal("datagouv-api"),
  jeu: z.string().regex(/^[a-z0-9-]+$/, "attendu : l'identifiant ou le nom court du jeu sur data.gouv.fr"),
  ressources: z
    .array(
      z.strictObject({
        role: text,
        motif: text.refine(isPattern, "cette expression régulière ne se lit pas"),
        nom: namePattern,
        contenu: content.optional(),
      }),
    )
    .min(1),
});

const datedUrl = z.strictObject({
  genre: z.literal("dated-url"),
  fichiers: z
    .array(
      z.strictObject({
        nom: namePattern,
        adresses: z.array(addressPattern).min(1),
        annees: z
          .string()
          .refine(
            (years) =>
              years.split("..").length === 2 && years.split("..").every((year) => yearBound.test(year)),
            "attendu : deux années comme 1950..{courante-2}",
          )
          .optional(),
        recul: z.int().min(0).max(3).default(0),
        par_departement: z.boolean().default(false),
        a_la_demande: z.boolean().default(false),
      }),
    )
    .min(1),
  departements: z
    .string()
    .regex(/^\d{2,3}(-\d{2,3})?( \d{2,3}(-\d{2,3})?)*$/, "attendu : des numéros comme 01-19 20 971-974")
    .optional(),
});

const stableResource = z.strictObject({
  genre: z.literal("stable-resource"),
  fichiers: z.array(z.strictObject({ ressource: z.uuid(), nom: namePattern })).min(1),
});

/** One file of `data/catalogue/`. Its keys are French, for whoever reads and corrects it. */
export const datasetSchema = z.strictObject({
  titre: text,
  producteur: text,
  licence: text,
  attribution: z.string().includes("Licence"),
  page: webPage,
  datagouv: z
    .strictObject({
      id: z
        .string()
        .regex(/^[0-9a-f]{24}$/, "attendu : 24 chiffres hexadécimaux")
        .optional(),
      slug: z
        .string()
        .regex(/^[a-z0-9-]+$/)
        .optional(),
    })
    .optional(),
  sert_a: text,
  periode: z.discriminatedUnion("pas", [
    z.strictObject({ pas: z.enum(["mois", "annee"]), debut: month, obligatoire: z.boolean() }),
    z.strictObject({ pas: z.literal("aucune") }),
  ]),
  acces: z.discriminatedUnion("genre", [sessionPage, datagouvApi, datedUrl, stableResource]),
  format: z.strictObject({
    contenu: content,
    lecteur: text,
    encodage: text,
    separateur: z.enum([";", ",", "tabulation"]).optional(),
    decimale: z.enum([".", ","]).optional(),
    details: text,
  }),
  tailles: z.strictObject({
    fichier: size,
    decompresse: size,
    magasin: size,
    lignes: text,
    fichier_max: size,
    decompresse_max: size,
  }),
  import: z.strictObject({ par: z.enum(["fichier", "ensemble"]), garder_originaux: z.boolean() }),
  tables: z.array(
    z.union([
      z.strictObject({ nom: table, variables: text }),
      z.strictObject({ nom: table, telle_que_publiee: z.literal(true) }),
      z.strictObject({
        nom: table,
        colonnes: z
          .array(
            z.strictObject({
              nom: table.or(z.string().regex(/^[a-z][a-z0-9_]*$/)),
              type: z
                .string()
                .regex(
                  /^(SMALLINT|INTEGER|BIGINT|VARCHAR|DATE|DOUBLE|DECIMAL\(\d+,\d+\))$/,
                  "type SQL inconnu",
                ),
              unite: text.optional(),
              sens: text,
            }),
          )
          .min(1),
      }),
    ]),
  ),
  cles: z.array(z.strictObject({ colonne: text, vers: z.string().includes("."), note: text.optional() })),
  pieges: z.array(text).min(1),
});

/** A dataset of the catalogue, as its file describes it; sizes are in bytes. */
export type Dataset = z.output<typeof datasetSchema> & {
  /** Name of its file: what people type after `damir data pull`. */
  id: string;
};

/** How the files of a dataset are found. */
export type Access = Dataset["acces"];
/** One kind of access. */
export type AccessOf<Kind extends Access["genre"]> = Extract<Access, { genre: Kind }>;
/** What the bytes of a published file are. */
export type Content = Dataset["format"]["contenu"];
