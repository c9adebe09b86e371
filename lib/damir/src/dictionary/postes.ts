import { join } from "node:path";
import { readCsv } from "../csv.js";
import { dataFolder } from "../store.js";

/** A poste de soins: a group of PRS_NAT that a person reads as one kind of care, from `data/dictionary/postes.csv`. */
export interface Poste {
  /** Name in SQL and in files: `consultations`, `actes-techniques` … */
  poste: string;
  libelle: string;
  /** The larger group it belongs to: `Médecins`, `Produits de santé` … */
  categorie: string;
  /** Rank in a table or a legend, from 1. */
  ordre: number;
  definition: string;
}

/**
 * What a row of a PRS_NAT is to its poste. Only an `acte` counts as an act; a `majoration` is added to an act, a product
 * or a stay (surcharges, supplements, dispensing fees, top-ups), a `participation` is asked of the patient, and mostly kept from
 * what is reimbursed.
 */
export type RolePrestation =
  | "acte"
  | "majoration"
  | "frais"
  | "forfait"
  | "produit"
  | "sejour"
  | "trajet"
  | "indemnite"
  | "prelevement"
  | "participation"
  | "remuneration"
  | "autre";

/** A PRS_NAT and its poste, from `data/dictionary/prs_nat-postes.csv`. */
export interface Prestation {
  code: number;
  libelle: string;
  poste: string;
  role: RolePrestation;
  /** True when its quantity counts acts. */
  acte_de_base: boolean;
  /** What its quantity counts; empty where that isn't known. */
  unite: string;
  /** Why it is there. */
  raison: string;
}

const folder = join(dataFolder, "dictionary");

let known: ReadonlyMap<number, Prestation> | undefined;

/**
 * The postes de soins, in their order.
 *
 * @example
 * postes().map(({ libelle, definition }) => `${libelle} : ${definition}`);
 */
export function postes(): readonly Poste[] {
  return readCsv(join(folder, "postes.csv")).map((row) => ({
    poste: row["poste"] ?? "",
    libelle: row["libelle"] ?? "",
    categorie: row["categorie"] ?? "",
    ordre: Number(row["ordre"]),
    definition: row["definition"] ?? "",
  }));
}

/**
 * Every PRS_NAT that Open DAMIR or the R tables ever listed, by code: the table to group expenses with.
 *
 * @example
 * prestations().get(1110)?.poste; // consultations
 */
export function prestations(): ReadonlyMap<number, Prestation> {
  known ??= new Map(
    readCsv(join(folder, "prs_nat-postes.csv")).map((row) => [
      Number(row["code"]),
      {
        code: Number(row["code"]),
        libelle: row["libelle"] ?? "",
        poste: row["poste"] ?? "",
        role: (row["role"] ?? "autre") as RolePrestation,
        acte_de_base: row["acte_de_base"] === "oui",
        unite: row["unite"] ?? "",
        raison: row["raison"] ?? "",
      },
    ]),
  );
  return known;
}
