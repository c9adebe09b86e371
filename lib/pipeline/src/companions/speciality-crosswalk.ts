import { join } from "node:path";
import { dataFolder, readCsv } from "damir";

/** A speciality of the RPPS, and the codes of the same one in the two bases of expenses. */
export interface Speciality {
  /** The label that the store uses for all years. */
  label: string;
  /** EXE_SPE of damir_departement, null where it has no code. */
  exeSpe: number | null;
  /** PSE_SPE_SNDS of damir, null where it has no code. */
  pseSpeSnds: number | null;
}

let known: Map<string, Speciality> | undefined;

/**
 * Finds a speciality under any of the labels that DREES gave it over the years (`data/crosswalk/specialites.csv`).
 * @returns undefined for a label that the table doesn't have
 */
export function specialityOf(label: string): Speciality | undefined {
  known ??= readCrosswalk();
  return known.get(lettersOf(label));
}

function readCrosswalk(): Map<string, Speciality> {
  const labels = new Map<string, Speciality>();
  for (const row of readCsv(join(dataFolder, "crosswalk", "specialites.csv"))) {
    const label = row["specialite"] ?? "";
    const speciality = { label, exeSpe: codeOf(row["exe_spe"]), pseSpeSnds: codeOf(row["pse_spe_snds"]) };
    for (const variant of [label, ...(row["variantes"] ?? "").split("|")]) {
      if (variant !== "") labels.set(lettersOf(variant), speciality);
    }
  }
  return labels;
}

function codeOf(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}

function lettersOf(label: string): string {
  return label
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^A-Z]/g, "");
}
