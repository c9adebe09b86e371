import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { dataFolder, UserError } from "damir";
import { parseDocument } from "yaml";
import { z } from "zod";
import { datasetSchema, type Dataset } from "./dataset.js";
import { nearest } from "./nearest.js";

/** Folder of the catalogue: one readable file a dataset. */
export const catalogueFolder = join(dataFolder, "catalogue");

/** The datasets that the project knows where to find, by identifier. */
export type Catalogue = ReadonlyMap<string, Dataset>;

const french = z.locales.fr().localeError;

/**
 * Reads the whole catalogue.
 * @throws UserError when a file isn't what it should be: it names the file and the field
 */
export function readCatalogue(folder: string = catalogueFolder): Catalogue {
  const datasets = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => readDataset(join(folder, name)));
  return new Map(datasets.map((dataset) => [dataset.id, dataset]));
}

/**
 * Reads one file of the catalogue.
 * @throws UserError when it isn't what it should be: it names the file and the field
 */
export function readDataset(path: string): Dataset {
  const name = `catalogue/${basename(path)}`;
  const document = parseDocument(readFileSync(path, "utf8"));
  const [fault] = document.errors;
  if (fault) {
    const [line] = fault.linePos ?? [];
    throw new UserError(`${name}${line ? `, ligne ${line.line}` : ""} : YAML illisible (${fault.code}).`);
  }
  const read = datasetSchema.safeParse(document.toJS(), { error: french });
  if (!read.success) {
    const faults = read.error.issues.map(
      ({ path: field, message }) => `${field.length > 0 ? `champ ${field.join(".")} : ` : ""}${message}`,
    );
    throw new UserError(`${name}, ${faults.join(" ; ")}`);
  }
  const dataset = { id: basename(path, ".yaml"), ...read.data };
  requireCoherence(dataset, name);
  return dataset;
}

/**
 * The dataset of that name.
 * @throws UserError when the catalogue doesn't have it
 */
export function datasetOf(catalogue: Catalogue, id: string): Dataset {
  const dataset = catalogue.get(id);
  if (!dataset) {
    const near = nearest(id, catalogue.keys());
    throw new UserError(
      `Jeu de données inconnu : ${id}.${near === undefined ? "" : ` Vouliez-vous dire ${near} ?`} Le catalogue contient : ${[...catalogue.keys()].join(", ")}.`,
    );
  }
  return dataset;
}

/** What no single field can say wrong, but two together can. */
function requireCoherence({ acces, periode }: Dataset, name: string): void {
  const refuse = (field: string, fault: string): never => {
    throw new UserError(`${name}, champ ${field} : ${fault}`);
  };
  if (acces.genre === "session-page") {
    if (periode.pas !== "mois")
      refuse("periode.pas", "une page de liste va avec des fichiers mensuels (mois).");
    for (const [index, { nom }] of acces.fichiers.entries()) {
      if (!/\{annee\}.*\{mois\}/.test(nom))
        refuse(`acces.fichiers.${index}.nom`, "il y manque {annee} et {mois}.");
    }
  }
  if (acces.genre === "datagouv-api") {
    for (const [index, { motif, nom }] of acces.ressources.entries()) {
      for (const [, key = ""] of nom.matchAll(/\{(\w+)\}/g)) {
        if (!motif.includes(`(?<${key}>`))
          refuse(`acces.ressources.${index}.nom`, `{${key}} n'est pas un groupe nommé de « motif ».`);
      }
    }
  }
  if (acces.genre === "dated-url") {
    for (const [index, file] of acces.fichiers.entries()) {
      if (file.par_departement !== file.nom.includes("{departement}"))
        refuse(`acces.fichiers.${index}.nom`, "{departement} et par_departement vont ensemble.");
      if (file.par_departement && acces.departements === undefined)
        refuse("acces.departements", "il en faut la liste quand des fichiers sont par département.");
    }
  }
}
