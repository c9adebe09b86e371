import { geographicLevels, territories, type GeographicLevel } from "../geography/geography.js";
import { codes, openDamirVariables, variables, type DescribedTable } from "./dictionary.js";
import { postes } from "./postes.js";

/** A code with what is shown of it in a list. */
export interface ListedCode {
  code: string;
  libelle: string;
  /** Former or second label; empty where there is none. */
  autre_libelle: string;
  /** Rows of January 2024 that hold it; 0 where that isn't known. */
  lignes: number;
}

/** The codes that a column may hold. */
export interface CodeList {
  /** Name under which the dictionary lists them: mostly the column's own. */
  variable: string;
  /** Whose list it is: a described table, or the geography and the postes of the project. */
  owner: DescribedTable | "geographie" | "postes";
  /** True where codes are text in SQL: they take quotes, and keep their leading zeros. */
  text: boolean;
  /** One entry a code, in the list's order. */
  codes: ReadonlyMap<string, ListedCode>;
  /** Codes that stand for what isn't known. */
  unknown: ReadonlySet<string>;
}

/** Tables that share the code lists of a described table. */
const sameLists: Readonly<Record<string, DescribedTable>> = {
  damir: "damir",
  damir_departement: "damir_departement",
  damir_national: "damir_departement",
};

/** Columns of other tables that hold codes of the dictionary under a name of their own. */
const elsewhere: Readonly<Record<string, readonly [variable: string, owner: CodeList["owner"]]>> = {
  "population.sexe": ["ben_sex_cod", "damir"],
  "prs_nat_postes.code": ["prs_nat", "damir"],
};

/** A value of a coded column as lists write it: text, even where the column is a number; null where it is no code. */
export function codeOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : null;
}

const lists = new Map<string, CodeList | undefined>();

/**
 * The codes that a column holds.
 * @param column name in either case
 * @param table table it comes from. Where it isn't known, the list is given if only one has that name.
 * @returns undefined where the column holds no codes
 */
export function codeListOf(column: string, table?: string): CodeList | undefined {
  const name = column.toLowerCase();
  const [variable, owner] = elsewhere[`${table ?? ""}.${name}`] ?? [];
  if (variable !== undefined && owner !== undefined) return listOf(variable, owner);
  const listed = /^nomenclature_(departement_)?(\w+)$/.exec(table ?? "");
  if (name === "code" && listed?.[2] !== undefined) {
    const owned = listed[1] === undefined ? listOf(listed[2], "damir") : undefined;
    return owned ?? listOf(listed[2], "damir_departement");
  }
  const described = table === undefined ? undefined : sameLists[table];
  if (described) return listOf(name, described) ?? listOf(name, "geographie");
  const [only, ...others] = candidateLists(name);
  return others.length === 0 ? only : undefined;
}

/** Every list of codes that columns of a name have: `prs_nat` has one in damir and another in damir_departement. */
export function candidateLists(column: string): CodeList[] {
  const name = column.toLowerCase();
  const described = (["damir", "damir_departement"] as const).flatMap((owner) => listOf(name, owner) ?? []);
  if (described.length > 0) return described;
  return (["geographie", "postes"] as const).flatMap((owner) => listOf(name, owner) ?? []);
}

function listOf(variable: string, owner: CodeList["owner"]): CodeList | undefined {
  const key = `${owner}.${variable}`;
  if (!lists.has(key)) lists.set(key, readList(variable, owner));
  return lists.get(key);
}

function readList(variable: string, owner: CodeList["owner"]): CodeList | undefined {
  if (owner === "geographie") return isLevel(variable) ? levelList(variable) : undefined;
  if (owner === "postes") return variable === "poste" ? posteList() : undefined;
  const described = variables(owner).find(({ variable: name }) => name === variable);
  if (!described?.nomenclature) return undefined;
  const entries = codes(variable, owner).map(
    ({ code, libelle, autre_libelle, lignes_a202401 }): [string, ListedCode] => [
      code,
      { code, libelle, autre_libelle, lignes: Number(lignes_a202401) },
    ],
  );
  return {
    variable,
    owner,
    text: described.type === "VARCHAR",
    codes: new Map(entries),
    unknown: new Set(described.codes_inconnus.split(" ").filter((code) => code !== "")),
  };
}

/** Levels whose columns have no list in the dictionary: `cpam` and `ben_res_reg` have one. */
function isLevel(name: string): name is Exclude<GeographicLevel, "france"> {
  return name !== "france" && geographicLevels.some((level) => level === name);
}

function levelList(level: GeographicLevel): CodeList {
  const entries = territories(level).map(({ code, nom }): [string, ListedCode] => [
    code,
    { code, libelle: nom, autre_libelle: "", lignes: 0 },
  ]);
  const text = openDamirVariables().get(level)?.type !== "SMALLINT";
  return { variable: level, owner: "geographie", text, codes: new Map(entries), unknown: new Set() };
}

function posteList(): CodeList {
  const entries = postes().map(({ poste, libelle, categorie }): [string, ListedCode] => [
    poste,
    { code: poste, libelle, autre_libelle: categorie, lignes: 0 },
  ]);
  return { variable: "poste", owner: "postes", text: true, codes: new Map(entries), unknown: new Set() };
}
