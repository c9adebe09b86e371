import { codes, variables, type DescribedTable } from "../dictionary/dictionary.js";
import { territories } from "../geography/geography.js";

/** The values of a column that name something, as a reader sees them. */
export interface Category {
  /** Title of the column: the dictionary's label, else its name. */
  readonly title: string;
  /** True where the values have an order of their own: ages, hours, months. */
  readonly ordered: boolean;
  labelOf(value: unknown): string;
  /** True for the codes that mean « inconnu ». */
  isUnknown(value: unknown): boolean;
}

/** Columns whose values are territories of a level, beside `departement` and `ben_res_reg` themselves. */
const regionGroups =
  /^(ben_res_reg|org_cle_reg|exe_ins_reg|pre_ins_reg|ete_reg_cod|etp_reg_cod|pse_reg_cod|psp_reg_cod)$/;

const orderedColumns =
  /^(age|annee|an$|mois|heure|jour|semaine|trimestre|soi_|flx_|sns_date|.*_ann_moi|isodow)/;

/** Titles shorter than the dictionary's, for what charts show most. */
const shortTitles: Readonly<Record<string, string>> = {
  age_ben_snds: "Âge",
  age_min: "Âge",
  ben_sex_cod: "Sexe",
  ben_res_reg: "Région de résidence",
  departement: "Département",
  region: "Région",
  prs_nat: "Nature de prestation",
  pse_spe_snds: "Spécialité de l'exécutant",
  psp_spe_snds: "Spécialité du prescripteur",
  exe_spe: "Spécialité de l'exécutant",
  pre_spe: "Spécialité du prescripteur",
  annee: "Année",
  jour_semaine: "Jour de la semaine",
};

const weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/** Abbreviations that official labels hold, which stay in capitals. */
const abbreviations = new Set(
  "IJ GHS GHT CCAM NGAP LPP TIPS AMI AMK AMO AMP AMY AMC AIS BSE DI SF SFI SP TO VSL EHPAD IVG ALD CMU CSS ORL HAD SSR SMR MCO USLD IRM PMI MAS FAM ITEP CMPP CAMSP ACS ATU UCD AT MP ETP ATIH SMUR EP PS PH7 PH8".split(
    " ",
  ),
);

/** What the code lists, the geography and the dictionary say of a column's values. Others are shown as they are. */
export function categoryOf(column: string): Category {
  const known = describedVariable(column);
  const labels = labelsOf(column, known?.table);
  const unknown = new Set(known?.unknown ?? []);
  return {
    title: shortTitles[column] ?? known?.libelle ?? titleOf(column),
    ordered: orderedColumns.test(column),
    labelOf: (value) => labels(text(value)),
    isUnknown: (value) => value === null || value === undefined || unknown.has(text(value)),
  };
}

function describedVariable(column: string) {
  for (const table of ["damir", "damir_departement"] as const) {
    const found = variables(table).find(({ variable, role }) => variable === column && role !== "mesure");
    if (found) {
      return {
        table,
        libelle: found.libelle,
        unknown: found.codes_inconnus.split(" ").filter((code) => code !== ""),
        coded: found.nomenclature !== "",
      };
    }
  }
  return undefined;
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function titleOf(column: string): string {
  const words = column.replace(/_/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function labelsOf(column: string, table: DescribedTable | undefined): (code: string) => string {
  if (regionGroups.test(column)) return listed(territories("ben_res_reg"), { "99": "Région inconnue" });
  if (column === "departement" || column === "region") return listed(territories(column));
  if (column === "age_min")
    return (age) => (Number(age) >= 95 ? `${age} ans et plus` : `${age}-${Number(age) + 4} ans`);
  if (column === "sexe") return listed([], { "1": "Hommes", "2": "Femmes" });
  if (column === "ben_sex_cod")
    return listed([], { "0": "Inconnu", "1": "Hommes", "2": "Femmes", "9": "Inconnu" });
  // ISO's numbers of days (isodow in SQL): 1 is a Monday.
  if (column === "jour_semaine" || column === "isodow") return (day) => weekdays[Number(day) - 1] ?? day;
  if (column === "heure") return (hour) => `${hour} h`;
  if (table === undefined || !isCoded(column, table))
    return (value) => (value === "" ? "Non précisé" : value);
  return listed(codes(column, table).map(({ code, libelle }) => ({ code, nom: readable(libelle) })));
}

function isCoded(column: string, table: DescribedTable): boolean {
  return variables(table).some(({ variable, nomenclature }) => variable === column && nomenclature !== "");
}

function listed(
  known: readonly { code: string; nom: string }[],
  more: Readonly<Record<string, string>> = {},
): (code: string) => string {
  const names = new Map([...known.map(({ code, nom }) => [code, nom] as const), ...Object.entries(more)]);
  return (code) => names.get(code) ?? (code === "" ? "Non précisé" : code);
}

/** Official labels are in capitals: small letters read faster. */
function readable(label: string): string {
  const tight = label.replace(/(\d) - (\d)/g, "$1-$2");
  const capitals = tight.replace(/[^\p{Lu}]/gu, "").length;
  if (capitals * 2 < tight.replace(/[^\p{L}]/gu, "").length) return tight;
  const lower = tight.replace(/\p{L}+/gu, (word) => (abbreviations.has(word) ? word : word.toLowerCase()));
  return `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`;
}
