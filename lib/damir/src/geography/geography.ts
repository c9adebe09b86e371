import { join } from "node:path";
import { readCsv } from "../csv.js";
import { dataFolder } from "../store.js";
import { UserError } from "../user-error.js";

/**
 * A level of France's geography, named as the columns that hold its codes: the 107 caisses, the 101 départements, the 27 regions
 * before 2016, the 18 since, the 9 zones d'étude (ZEAT) of Open DAMIR until 2014, its 13 region groups since, the country.
 */
export type GeographicLevel =
  "cpam" | "departement" | "region_avant_2016" | "region" | "zeat" | "ben_res_reg" | "france";

/** The levels, finest first. */
export const geographicLevels: readonly GeographicLevel[] = [
  "cpam",
  "departement",
  "region_avant_2016",
  "region",
  "zeat",
  "ben_res_reg",
  "france",
];

/** A territory of a level. */
export interface Territory {
  /** As the store's columns hold it: `011`, `2A`, `93`; text even where the column is a number. */
  code: string;
  nom: string;
}

/** A caisse with what it is in at every level: a row of the view `geographie`. */
export type Place = Readonly<Record<GeographicLevel, Territory>>;

const levelNames: Readonly<Record<GeographicLevel, { one: string; many: string }>> = {
  cpam: { one: "caisse", many: "caisses" },
  departement: { one: "département", many: "départements" },
  region_avant_2016: { one: "région d'avant 2016", many: "régions d'avant 2016" },
  region: { one: "région", many: "régions" },
  zeat: { one: "zone d'étude (ZEAT)", many: "zones d'étude (ZEAT)" },
  ben_res_reg: { one: "groupe de régions d'Open DAMIR", many: "groupes de régions d'Open DAMIR" },
  france: { one: "France", many: "France" },
};

let places: readonly Place[] | undefined;

/**
 * The 107 caisses and what each is in, at every level (sources: CNAM, INSEE's Code officiel géographique).
 *
 * @example
 * geography().filter(({ departement }) => departement.code === "59").map(({ cpam }) => cpam.nom);
 */
export function geography(): readonly Place[] {
  places ??= readGeography();
  return places;
}

/**
 * The territories of a level, in the order of the caisses.
 *
 * @example
 * territories("ben_res_reg").map(({ code, nom }) => `${code} ${nom}`);
 */
export function territories(level: GeographicLevel): Territory[] {
  return [...new Map(geography().map((place) => [place[level].code, place[level]])).values()];
}

/**
 * The territory of a coarser level that each territory of a finer one is in, by code.
 *
 * @example
 * const regionOf = nesting("departement", "region");
 * regionOf.get("2A"); // { code: "94", nom: "Corse" }
 * @throws UserError when some territory of the finer level stands in several of the other: zones d'étude cut regions, and
 * group 93 of Open DAMIR joins Provence-Alpes-Côte d'Azur with Corse
 */
export function nesting(from: GeographicLevel, to: GeographicLevel): ReadonlyMap<string, Territory> {
  const found = new Map<string, Map<string, Territory>>();
  for (const place of geography()) {
    const inside = found.get(place[from].code) ?? new Map<string, Territory>();
    found.set(place[from].code, inside.set(place[to].code, place[to]));
  }
  const split = [...found].find(([, inside]) => inside.size > 1);
  if (split) refuse(from, to, split[0], [...split[1].values()]);
  return new Map(
    [...found].flatMap(([code, inside]) => [...inside.values()].map((territory) => [code, territory])),
  );
}

function refuse(from: GeographicLevel, to: GeographicLevel, code: string, inside: Territory[]): never {
  const nom = territories(from).find((territory) => territory.code === code)?.nom ?? "";
  const named = inside.slice(0, 4).map((territory) => `${territory.nom} (${territory.code})`);
  const list = `${named.join(", ")}${inside.length > 4 ? ` et ${inside.length - 4} autres` : ""}`;
  const possible = geographicLevels.filter((level) => level !== from && isNested(from, level));
  throw new UserError(
    `On ne peut pas passer ${article(from)} ${article(to, true)} : ${from} ${code} (${nom}) couvre ${inside.length} ${levelNames[to].many} (${list}), et rien ne dit comment ses montants s'y partagent. ${advice(from, to)}À partir de ${from}, on peut agréger par ${possible.join(", ")}.`,
  );
}

/** True when every territory of a level stands whole in one territory of the other. */
function isNested(from: GeographicLevel, to: GeographicLevel): boolean {
  const seen = new Map<string, string>();
  return geography().every((place) => {
    const code = seen.get(place[from].code) ?? place[to].code;
    seen.set(place[from].code, code);
    return code === place[to].code;
  });
}

function article(level: GeographicLevel, towards = false): string {
  if (level === "france") return towards ? "à la France" : "de la France";
  return `${towards ? "aux" : "des"} ${levelNames[level].many}`;
}

function advice(from: GeographicLevel, to: GeographicLevel): string {
  if (from === "zeat") {
    return "Open DAMIR de 2009 à 2014 et celui d'après 2015 ne se comparent qu'au niveau national. ";
  }
  if (from === "ben_res_reg" && (to === "departement" || to === "cpam")) {
    return "Open DAMIR ne publie pas le département : prenez les tables R (damir_departement). ";
  }
  return "";
}

function readGeography(): Place[] {
  const table = (name: string) => readCsv(join(dataFolder, "geography", `${name}.csv`));
  const names = (name: string, key: string) =>
    new Map(table(name).map((row) => [row[key] ?? "", row["nom"] ?? ""]));
  const departements = new Map(table("departements").map((row) => [row["departement"] ?? "", row]));
  const former = names("regions-avant-2016", "region_avant_2016");
  const zones = names("zeat", "zeat");
  const groups = names("regions", "ben_res_reg");
  return table("caisses").map((caisse): Place => {
    const row = departements.get(caisse["departement"] ?? "") ?? {};
    const at = (key: string, nom: ReadonlyMap<string, string>): Territory => {
      const code = row[key] ?? "";
      return { code, nom: nom.get(code) ?? "" };
    };
    return {
      cpam: { code: caisse["cpam"] ?? "", nom: caisse["nom"] ?? "" },
      departement: { code: caisse["departement"] ?? "", nom: row["nom"] ?? "" },
      region_avant_2016: at("region_avant_2016", former),
      region: { code: row["region"] ?? "", nom: row["nom_region"] ?? "" },
      zeat: at("zeat", zones),
      ben_res_reg: at("ben_res_reg", groups),
      france: { code: "FR", nom: "France" },
    };
  });
}
