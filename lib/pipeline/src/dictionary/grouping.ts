import { join } from "node:path";
import { codes, dataFolder, postes, readCsv } from "damir";

/** A line of `data/dictionary/postes-regles.csv`: why some PRS_NAT are in a poste. */
export interface Rule {
  /** Codes and ranges of codes, separated by spaces: `1041-1044 1168`. */
  codes: string;
  poste: string;
  /** What these PRS_NAT are to the poste: `acte`, `majoration`, `frais` … */
  role: string;
  /** What their quantity counts; empty where that isn't known. */
  unite: string;
  raison: string;
}

/** A PRS_NAT with the rule that puts it in its poste: a line of `data/dictionary/prs_nat-postes.csv`. */
export interface GroupedCode extends Omit<Rule, "codes"> {
  code: number;
  libelle: string;
}

const folder = join(dataFolder, "dictionary");

/** The rules as a person wrote them. */
export function readRules(): Rule[] {
  return readCsv(join(folder, "postes-regles.csv")) as unknown as Rule[];
}

/** Every PRS_NAT with its label: those of Open DAMIR, then those that only the R tables have. */
export function readPrestationLabels(): Map<number, string> {
  const labels = new Map<number, string>();
  for (const table of ["damir", "damir_departement"] as const) {
    for (const { code, libelle } of codes("prs_nat", table)) {
      if (!labels.has(Number(code))) labels.set(Number(code), libelle);
    }
  }
  return new Map([...labels].sort(([a], [b]) => a - b));
}

/**
 * Puts every code in its poste.
 * @param labels of every PRS_NAT
 * @returns one line a code, in order
 * @throws Error that names the codes that no rule or two rules cover, a poste that doesn't exist, a range without a code
 */
export function groupCodes(rules: readonly Rule[], labels: ReadonlyMap<number, string>): GroupedCode[] {
  const known = new Set(postes().map(({ poste }) => poste));
  const grouped = new Map<number, GroupedCode>();
  for (const { codes: ranges, ...rule } of rules) {
    if (!known.has(rule.poste)) throw new Error(`Rule ${ranges}: poste ${rule.poste} isn't in postes.csv`);
    for (const range of ranges.split(" ")) {
      const [first = NaN, last = first] = range.split("-").map(Number);
      if (!labels.has(first) || !labels.has(last) || last < first) {
        throw new Error(`Rule ${ranges}: ${range} doesn't begin and end with codes of PRS_NAT`);
      }
      for (let code = first; code <= last; code++) {
        const libelle = labels.get(code);
        if (libelle === undefined) continue;
        const other = grouped.get(code);
        if (other) throw new Error(`PRS_NAT ${code} is both in ${other.poste} and in ${rule.poste}`);
        grouped.set(code, { code, libelle, ...rule });
      }
    }
  }
  const missing = [...labels.keys()].filter((code) => !grouped.has(code));
  if (missing.length > 0) throw new Error(`No rule puts these PRS_NAT in a poste: ${missing.join(", ")}`);
  return [...grouped.values()].sort((a, b) => a.code - b.code);
}

/** The lines as `prs_nat-postes.csv` holds them. */
export function groupingCsv(grouped: readonly GroupedCode[]): string {
  const header = ["code", "libelle", "poste", "role", "acte_de_base", "unite", "raison"];
  const lines = grouped.map(({ code, libelle, poste, role, unite, raison }) => [
    String(code),
    libelle,
    poste,
    role,
    role === "acte" ? "oui" : "non",
    unite,
    raison,
  ]);
  return [header, ...lines].map((line) => `${line.map(csvField).join(",")}\n`).join("");
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
