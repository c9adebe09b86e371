import { UserError } from "damir";
import { csvRows } from "../formats/csv-rows.js";
import { quoted, type TextSource } from "../formats/text-source.js";
import type { Workbook } from "../formats/workbook.js";
import { departementOf } from "./departement-code.js";
import { DoctorCube, type DoctorDetail } from "./doctor-cube.js";

/** Doctors of a publication, details only. */
export interface PublishedDoctors {
  details: DoctorDetail[];
  /** What the user should know, a French sentence each. */
  notes: string[];
}

const tidyColumns = ["mode_exercice", "zone_inscription", "annee", "specialite", "effectifs"];

/**
 * Reads the RPPS of 2013 and 2014 as the 2015 hackathon prepared them: totals by mode, zone and speciality among the rows.
 * « Généralistes » and « Médecine générale » are the same doctors: the first is the family of the second.
 */
export async function readDoctorsCsv(
  source: TextSource,
  onRead: (read: number) => void,
): Promise<PublishedDoctors> {
  const cube = new DoctorCube();
  const what = "un fichier de médecins par spécialité, mode d'exercice et zone (RPPS)";
  for await (const row of csvRows(source, tidyColumns, what, onRead)) {
    const annee = row.integer("annee");
    const count = row.integer("effectifs");
    if (annee === null) return row.refuse("annee", "n'est pas une année");
    if (count === null || count < 0) return row.refuse("effectifs", "n'est pas un effectif");
    const zone = row.text("zone_inscription");
    const departement = departementOf(zone);
    // Regions, métropole and outre-mer are totals of another kind, which nothing here needs.
    if (departement === undefined && !/^france enti[èe]re$/i.test(zone)) {
      cube.leave("otherPlace", 1);
      continue;
    }
    const label = row.text("specialite");
    const mode = row.text("mode_exercice");
    cube.add({
      annee,
      departement: departement ?? null,
      ...familyOf(label),
      mode: isTotal(mode) ? null : modeOf(mode),
      count,
    });
  }
  return cube.end();
}

function familyOf(label: string): { group: string | null; specialite: string | null } {
  if (isTotal(label)) return { group: null, specialite: null };
  if (label === "Spécialistes" || label === "Généralistes") return { group: label, specialite: null };
  return { group: label === "Médecine générale" ? "Généralistes" : "Spécialistes", specialite: label };
}

const dimensions = ["departement", "specialites_agregees", "specialites", "exercice", "tranche_age", "sexe"];

/**
 * Reads the sheet « Effectifs » of DREES's workbook: one column a year, totals (`0-Ensemble`) in every dimension. Ages and
 * sexes are summed by DREES itself: only their totals are read, because details under ten doctors aren't published.
 * @throws UserError when the workbook has no such sheet, or a cell isn't a number
 */
export async function readDoctorsWorkbook(
  workbook: Workbook,
  onRead: (read: number, total: number) => void,
): Promise<PublishedDoctors> {
  const sheet = workbook.sheetNames.find((name) => /^\s*effectifs?\s*$/i.test(name));
  if (sheet === undefined) {
    throw new UserError(
      `${workbook.name} n'est pas le classeur des médecins de la DREES (RPPS) : il n'a pas de feuille « Effectifs ». Ses feuilles : ${workbook.sheetNames.map(quoted).join(", ")}.`,
    );
  }
  const place = `${workbook.name}, feuille ${sheet}`;
  const cube = new DoctorCube();
  let header: { at: Map<string, number>; years: [year: number, column: number][] } | undefined;
  const strangers = new Set<string>();
  for await (const { number, cells } of workbook.rows(sheet, onRead)) {
    if (!header) {
      header = headerOf(cells);
      if (!header && number > 20) break;
      continue;
    }
    const { at } = header;
    const text = (name: string) => (cells[at.get(name) ?? -1] ?? "").trim();
    const zone = text("departement");
    // Notes under the table.
    if (zone === "" && text("exercice") === "") continue;
    if (!isTotal(text("tranche_age")) || !isTotal(text("sexe"))) {
      cube.leave("ageOrSex", header.years.length);
      continue;
    }
    const departement = departementOf(zone);
    if (departement === undefined) {
      // Regions and territories are told apart by their own columns; only the whole of France is compared.
      if (!isTotal(zone)) strangers.add(zone);
      const whole = isTotal(zone) && isTotalOrAbsent(text("region")) && isWhole(text("territoire"));
      if (!whole) {
        cube.leave("otherPlace", header.years.length);
        continue;
      }
    }
    const group = text("specialites_agregees");
    const label = text("specialites");
    const mode = text("exercice");
    for (const [annee, column] of header.years) {
      cube.add({
        annee,
        departement: departement ?? null,
        group: isTotal(group) ? null : labelOf(group),
        specialite: isTotal(label) ? null : labelOf(label),
        mode: isTotal(mode) ? null : modeOf(labelOf(mode)),
        count: countOf(cells[column] ?? "", `${place}, ligne ${number}, colonne effectif_${annee}`),
      });
    }
  }
  if (!header) {
    throw new UserError(
      `${place} n'a pas les colonnes attendues (${dimensions.join(", ")}, effectif_AAAA). Ce n'est pas le classeur des médecins de la DREES, ou il a changé de forme.`,
    );
  }
  const { details, notes } = cube.end();
  if (details.length === 0) {
    throw new UserError(`${place} ne contient aucun effectif par département. Téléchargez-le de nouveau.`);
  }
  if (strangers.size > 0) {
    notes.push(`Lieux qui ne sont pas des départements : ${[...strangers].join(", ")}.`);
  }
  return { details, notes };
}

function headerOf(cells: string[]): { at: Map<string, number>; years: [number, number][] } | undefined {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  if (!dimensions.every((name) => names.includes(name))) return undefined;
  const years = names.flatMap((name, column): [number, number][] => {
    const year = /^effectif_(\d{4})$/.exec(name)?.[1];
    return year === undefined ? [] : [[Number(year), column]];
  });
  return years.length === 0 ? undefined : { at: new Map(names.map((name, column) => [name, column])), years };
}

function countOf(text: string, place: string): number | null {
  if (/^\s*(nd|n\.d\.?)?\s*$/i.test(text)) return null;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new UserError(
    `${place} : ${quoted(text)} n'est pas un effectif. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
  );
}

/** A label without the number in front: `01-Médecine générale`. */
function labelOf(text: string): string {
  return text.replace(/^\s*\d+[A-Z]?\s*-\s*/, "").trim();
}

function isTotal(text: string): boolean {
  return /^ensemble\b/i.test(labelOf(text));
}

function isTotalOrAbsent(text: string): boolean {
  return text === "" || isTotal(text);
}

function isWhole(territory: string): boolean {
  return isTotalOrAbsent(territory) || /^france entière$/i.test(labelOf(territory));
}

/** A mode of practice as the store writes it; one that it doesn't know, as published. */
function modeOf(text: string): string {
  if (/^lib/i.test(text)) return "Libéral exclusif";
  if (/^mixte/i.test(text)) return "Mixte";
  if (/^salari.*hospitalier/i.test(text)) return "Salarié hospitalier";
  if (/^autres?\s+salari/i.test(text)) return "Autre salarié";
  return text;
}
