import { UserError } from "damir";
import type { Variable } from "./variables.js";

/** The first line of a monthly file, understood. */
export interface Header {
  /** The variables in the order of the file's columns. */
  columns: Variable[];
  /** Canonical variables that this file doesn't publish: null in the store. */
  missing: Variable[];
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
  if (names.some((name) => name.endsWith("_zeat"))) {
    throw new UserError(
      `${file} est un fichier Open DAMIR de 2009 à 2014 (colonnes *_ZEAT). Ses zones ne correspondent pas aux régions publiées depuis 2015 et cette version ne sait pas encore le lire. Importez les fichiers publiés depuis janvier 2015 (A201501.csv.gz et suivants).`,
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
    trailingSeparator,
  };
}

/** A value as a message may show it: one short line, control characters made visible. */
export function shown(text: string): string {
  const visible = text.replace(/[^ -~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}
