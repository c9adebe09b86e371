import type { GeographicLevel } from "../geography/geography.js";
import type { Denominator } from "../query/knowledge.js";
import type { Result } from "../query/result.js";
import { UserError } from "../user-error.js";

/** The column that says where rows are, and at which level; all France where there is none. */
export interface PlaceOfRows {
  level: GeographicLevel;
  column?: string;
}

/** Columns that say where someone lives, finest first, with their level. */
const residences: readonly (readonly [column: string, level: GeographicLevel])[] = [
  ["cpam", "cpam"],
  ["departement", "departement"],
  ["region_avant_2016", "region_avant_2016"],
  ["region", "region"],
  ["ben_res_reg", "ben_res_reg"],
  ["zeat", "zeat"],
  ["ben_res_zeat", "zeat"],
];

/** Columns of Open DAMIR that say another place than where the patient lives. */
const otherPlaces: Readonly<Record<string, string>> = {
  org_cle_reg: "de la caisse qui a payé",
  ete_reg_cod: "de l'établissement exécutant",
  etp_reg_cod: "de l'établissement prescripteur",
  exe_ins_reg: "du professionnel exécutant",
  pre_ins_reg: "du professionnel prescripteur",
};

/**
 * Where the rows of a result are, as a population needs it.
 * @throws UserError when no population is counted at that level, or two places exclude each other
 */
export function placeOfRows(result: Result, key: string | undefined): PlaceOfRows {
  const names = new Set(result.columns.map(({ name }) => name));
  if (key !== undefined) return placeOfKey(key, names);
  const [other] = Object.keys(otherPlaces).filter((name) => names.has(name));
  const found = residences.filter(([column]) => names.has(column));
  const [finest] = found;
  if (other !== undefined) {
    throw new UserError(
      `« ${other} » est la région ${otherPlaces[other] ?? ""}, pas celle des patients : la diviser par ses habitants mêle ceux qui viennent d'ailleurs. Groupez par ben_res_reg ; ou, si c'est l'offre que vous rapportez aux habitants, dites-le : { key: "${other}" }.`,
    );
  }
  if (!finest) return { level: "france" };
  const [column, level] = finest;
  if (found.some(([, one]) => one === "zeat") && found.some(([, one]) => one !== "zeat")) {
    throw new UserError(
      "Ces lignes ont à la fois une zone d'étude (zeat) et une région : les deux découpages se croisent, et aucune population ne va aux deux. Gardez-en un seul.",
    );
  }
  if (level === "cpam") {
    throw new UserError(
      "Aucune population n'est publiée par caisse (cpam) : passez d'abord au département, avec .byDepartement().perCapita().",
    );
  }
  const tables = new Set(result.sources.map(({ table }) => table));
  if (
    tables.has("damir") &&
    !tables.has("damir_departement") &&
    column !== "ben_res_reg" &&
    level !== "zeat"
  ) {
    throw new UserError(
      `Open DAMIR (damir) ne publie ni département ni région seule, mais treize groupes (ben_res_reg : 5 pour tout l'outre-mer, 93 pour Provence-Alpes-Côte d'Azur et la Corse) : « ${column} » y répète des montants. Groupez par ben_res_reg, ou prenez damir_departement.`,
    );
  }
  return { column, level };
}

function placeOfKey(key: string, names: ReadonlySet<string>): PlaceOfRows {
  if (!names.has(key)) {
    throw new UserError(
      `Le résultat n'a pas de colonne « ${key} ». Colonnes présentes : ${[...names].join(", ")}.`,
    );
  }
  const level = key in otherPlaces ? "ben_res_reg" : residences.find(([column]) => column === key)?.[1];
  if (level !== undefined && level !== "cpam") return { column: key, level };
  throw new UserError(
    `« ${key} » n'est pas une colonne de lieu où l'on compte des habitants. Possibles : ${[...residences.map(([column]) => column).filter((column) => column !== "cpam"), ...Object.keys(otherPlaces)].join(", ")}.`,
  );
}

const generalScheme = new Set(["damir_departement", "damir_national"]);

/**
 * Who is counted under a rate: the tables of the régime général count its affiliates' care only, Open DAMIR everybody's.
 * @throws UserError when a result reads both, as no population suits their sum
 */
export function denominatorOf(result: Result, asked: Denominator | undefined): Denominator {
  if (asked) return asked;
  const tables = result.sources.map(({ table }) => table);
  const general = tables.some((table) => generalScheme.has(table));
  if (general && tables.includes("damir")) {
    throw new UserError(
      'Ce résultat lit damir (tous régimes, rapporté à la population de l\'INSEE) et damir_departement (régime général, rapporté à ses affiliés). Faites deux requêtes, ou dites à qui rapporter ces colonnes : { denominator: "population" } ou { denominator: "affilies_rg" }.',
    );
  }
  return general ? "affilies_rg" : "population";
}
