import { UserError } from "damir";
import type { Variable } from "./variables.js";

/** The first line of a monthly file, understood. */
export interface Header {
  /** The variables in the order of the file's columns. */
  columns: Variable[];
  /** Canonical variables that this file doesn't publish: null in the store. */
  missing: Variable[];
  /** How the file says where: in 13 groups of regions since 2015, in 9 zones (ZEAT) from 2009 to 2014. */
  geography: "regions" | "zones";
  /** True when the published lines end with `;`, which makes an empty last field. */
  trailingSeparator: boolean;
}

/**
 * Understands the header of an Open DAMIR monthly file: columns by name, in any order and letter case.
 * @param line the first line, without its end
 * @param file name of the file, for the messages
 * @throws UserError when it isn't the header of an Open DAMIR file that the project can read without loss
 */
export function readHeader(line: string, file: string, variables: Variable[]): Header {
  const names = line
    .trim()
    .toLowerCase()
    .split(";")
    .map((name) => name.trim());
  const trailingSeparator = names.length > 1 && names.at(-1) === "";
  if (trailingSeparator) names.pop();

  if (/^\s*</.test(line)) {
    throw new UserError(
      `${file} est une page web (HTML), pas un fichier Open DAMIR : le lien de téléchargement avait sans doute expiré. Téléchargez-le de nouveau depuis la page d'Open DAMIR.`,
    );
  }
  const known = new Map(variables.map((variable) => [variable.name, variable]));
  const found = names.filter((name) => known.has(name));
  if (!names.includes("flx_ann_moi") || found.length < variables.length / 2) {
    throw new UserError(
      `${file} n'est pas un fichier mensuel d'Open DAMIR : sa première ligne devrait donner des noms de variables séparés par des points-virgules (FLX_ANN_MOI;ORG_CLE_REG;…). On y lit : « ${shown(line)} ».`,
    );
  }
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const list = unknown.map((name) => `« ${shown(name.toUpperCase())} »`).join(", ");
    throw new UserError(
      `${file}, ligne 1 : ${unknown.length > 1 ? "colonnes inconnues" : "colonne inconnue"} ${list}. L'import perdrait des données. Si la CNAM l'a ajoutée, décrivez-la d'une ligne dans data/dictionary/variables.csv (nom, libellé, rôle, type) puis relancez.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(
      `${file}, ligne 1 : la colonne ${twice.toUpperCase()} apparaît deux fois. Téléchargez de nouveau le fichier.`,
    );
  }
  const columns = names.flatMap((name) => known.get(name) ?? []);
  return {
    columns,
    missing: variables.filter((variable) => !names.includes(variable.name)),
    geography: names.some(isZone) ? "zones" : "regions",
    trailingSeparator,
  };
}

/** The region that the files since 2015 publish where those of 2009 to 2014 publish the zone. */
const regionOf: ReadonlyMap<string, string> = new Map([
  ["org_cle_zeat", "org_cle_reg"],
  ["ben_res_zeat", "ben_res_reg"],
  ["ete_zeat_cod", "ete_reg_cod"],
  ["etp_zeat_cod", "etp_reg_cod"],
  ["exe_ins_zeat", "exe_ins_reg"],
  ["pre_ins_zeat", "pre_ins_reg"],
]);

/** True for one of the six variables that the files of 2009 to 2014 publish instead of the regions. */
export function isZone(name: string): boolean {
  return regionOf.has(name);
}

/** The variables that a person would look for in the file and not find: those of the other era's geography aren't missed. */
export function missedVariables({ missing, geography }: Header): string[] {
  const regions = new Set(regionOf.values());
  return missing
    .map(({ name }) => name)
    .filter((name) => (geography === "zones" ? !regions.has(name) : !isZone(name)));
}

/** A value as a message may show it: one short line, control characters made visible. */
export function shown(text: string): string {
  // Lines are read byte by byte; what people see in them is UTF-8 or ASCII.
  const decoded = Buffer.from(text, "latin1").toString("utf8");
  const [readable, unreadable] = decoded.includes("\ufffd") ? [text, /[^ -~]/g] : [decoded, /\p{Cc}/gu];
  const visible = readable.replace(unreadable, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}
