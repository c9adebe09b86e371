import { Random } from "./random.js";
import { years } from "./population.js";
import type { ProjectTable, Value } from "../tables/project-table.js";
import { territories } from "./territories.js";

const modes = ["Libéral exclusif", "Mixte", "Salarié hospitalier", "Autre salarié"] as const;

interface Speciality {
  label: string;
  /** EXE_SPE of the R tables and PSE_SPE_SNDS of Open DAMIR, null where there is none. */
  exeSpe: number | null;
  pseSpe: number | null;
  /** Doctors of each mode, as in RPPS 2014 to the nearest ten. */
  counts: readonly [number, number, number, number];
}

function speciality(
  label: string,
  exeSpe: number | null,
  pseSpe: number | null,
  ...counts: [number, number, number, number]
): Speciality {
  return { label, exeSpe, pseSpe, counts };
}

/** General practice: its numbers come from `Territory.gpDensity`. */
const generalPractice = speciality("Médecine générale", 1, 1, 62990, 6240, 17600, 15320);

/** Specialities of the RPPS, national numbers rounded from DREES, RPPS 2014. */
const specialities: readonly Speciality[] = [
  speciality("Anatomie et cytologie pathologiques", 37, 37, 620, 120, 770, 50),
  speciality("Anesthésie-réanimation", 2, 2, 3990, 400, 6410, 150),
  speciality("Biologie médicale", 38, 38, 1020, 30, 1150, 470),
  speciality("Cardiologie et maladies vasculaires", 3, 3, 3250, 1590, 1830, 130),
  speciality("Chirurgie générale", 4, 4, 1090, 500, 1970, 70),
  speciality("Chirurgie infantile", 4, 4, 40, 70, 170, 10),
  speciality("Chirurgie maxillo-faciale et stomatologie", 18, 18, 810, 220, 130, 40),
  speciality("Chirurgie orthopédique et traumatologie", 4, 4, 1620, 660, 760, 20),
  speciality("Chirurgie plastique reconstructrice et esthétique", 4, 4, 570, 180, 120, 0),
  speciality("Chirurgie thoracique et cardio-vasculaire", 4, 4, 130, 100, 180, 10),
  speciality("Chirurgie urologique", 4, 4, 590, 260, 220, 10),
  speciality("Chirurgie vasculaire", 4, 4, 250, 130, 130, 10),
  speciality("Chirurgie viscérale et digestive", 4, 4, 340, 170, 400, 10),
  speciality("Dermatologie et vénéréologie", 5, 5, 2740, 710, 480, 150),
  speciality("Endocrinologie et métabolisme", 42, 42, 550, 280, 880, 70),
  speciality("Gastro-entérologie et hépatologie", 8, 8, 1450, 720, 1310, 90),
  speciality("Génétique médicale", null, null, 10, 0, 210, 20),
  speciality("Gériatrie", null, 34, 50, 40, 1170, 280),
  speciality("Gynécologie médicale", 7, 7, 2340, 630, 330, 170),
  speciality("Gynécologie-obstétrique", 7, 7, 1680, 970, 1670, 70),
  speciality("Hématologie", null, null, 20, 20, 450, 20),
  speciality("Médecine du travail", null, null, 70, 10, 560, 5050),
  speciality("Médecine interne", 9, 9, 270, 160, 1890, 110),
  speciality("Médecine nucléaire", null, null, 220, 140, 300, 10),
  speciality("Médecine physique et réadaptation", 31, 31, 370, 130, 1250, 250),
  speciality("Néphrologie", 35, 35, 310, 160, 910, 160),
  speciality("Neurochirurgie", 4, 4, 120, 80, 320, 10),
  speciality("Neurologie", 32, 32, 510, 350, 1370, 60),
  speciality("O.R.L. et chirurgie cervico-faciale", 11, 11, 1530, 830, 620, 90),
  speciality("Oncologie option médicale", null, null, 140, 50, 640, 20),
  speciality("Ophtalmologie", 15, 15, 4010, 1090, 560, 200),
  speciality("Pédiatrie", 12, 12, 2330, 810, 3790, 780),
  speciality("Pneumologie", 13, 13, 790, 450, 1540, 110),
  speciality("Psychiatrie", 17, 33, 5040, 1560, 7180, 1060),
  speciality("Radio-diagnostic et imagerie médicale", 6, 6, 5130, 1150, 2030, 150),
  speciality("Radiothérapie", null, null, 320, 110, 380, 20),
  speciality("Réanimation médicale", null, null, 20, 10, 250, 0),
  speciality("Rhumatologie", 14, 14, 1330, 510, 640, 120),
  speciality("Santé publique et médecine sociale", 80, 80, 20, 10, 740, 890),
];

/** Doctors by speciality, mode of practice and département. Details only: no totals among the rows. */
export function medecinsTable(): ProjectTable {
  return {
    name: "medecins",
    title: "Médecins par spécialité, mode d'exercice et département (synthétique)",
    producer: "Atelier DAMIR, ordres de grandeur du RPPS (DREES)",
    url: "https://www.data.gouv.fr/fr/datasets/la-demographie-des-professionnels-de-sante-depuis-2012/",
    synthetic: true,
    columns: [
      { name: "annee", sql: "SMALLINT" },
      { name: "departement", sql: "VARCHAR" },
      { name: "specialite", sql: "VARCHAR" },
      { name: "exe_spe", sql: "SMALLINT" },
      { name: "pse_spe_snds", sql: "SMALLINT" },
      { name: "mode_exercice", sql: "VARCHAR" },
      { name: "effectif", sql: "INTEGER" },
    ],
    measures: ["effectif"],
    order: ["annee", "departement", "specialite", "mode_exercice"],
    files: [{ name: "medecins", rows: () => years.flatMap(rowsOf) }],
  };
}

/** General practitioners, all modes, of each département that year: the rows of `medecins` sum to it. */
export function generalPractitioners(year: number): number[] {
  return territories.map(({ population, gpDensity, departement }) => {
    const drift = year === 2024 ? 1 : 1 + 0.012 * new Random(`practitioners ${departement}`).normal() - 0.004;
    return Math.round((population * gpDensity * drift) / 100);
  });
}

/** Specialists over 100,000 inhabitants of each département, as the rows of `medecins` are spread. */
export function specialistDensities(): number[] {
  return territories.map(({ specialistDensity }) => specialistDensity);
}

function rowsOf(year: number): Value[][] {
  const rows: Value[][] = [];
  const generalists = generalPractitioners(year);
  territories.forEach(({ departement }, place) => {
    const random = new Random(`medecins ${year} ${departement}`);
    rows.push(...split(generalPractice, year, departement, generalists[place] ?? 0, random));
  });
  // Specialists: national numbers spread by the département's own density, rarer specialities around the large hospitals.
  const weights = territories.map(({ population, specialistDensity }) => population * specialistDensity);
  const whole = weights.reduce((sum, value) => sum + value, 0);
  const inhabitants = territories.reduce((sum, { population }) => sum + population, 0);
  const fit =
    territories.reduce((sum, of) => sum + (of.population * of.specialistDensity) / 1e2, 0) /
    specialistTotal();
  for (const of of specialities) {
    const national = of.counts.reduce((sum, value) => sum + value, 0);
    const rarity = national < 1500 ? 1.5 : national < 4000 ? 1.2 : 1;
    territories.forEach(({ departement, population }, place) => {
      const random = new Random(`medecins ${departement} ${of.label}`);
      const share = (weights[place] ?? 0) / whole;
      const concentrated = share * (share / (population / inhabitants)) ** (rarity - 1) * random.around(0.18);
      const expected =
        national * fit * concentrated * (year === 2024 ? 1 : 1 + 0.01 * random.normal() + 0.006);
      rows.push(...split(of, year, departement, Math.floor(expected + 0.42), random));
    });
  }
  return rows;
}

function specialistTotal(): number {
  return specialities.reduce((sum, { counts }) => sum + counts.reduce((total, value) => total + value, 0), 0);
}

/** Shares doctors between the modes, to the last one; a mode with nobody has no row. */
function split(of: Speciality, year: number, departement: string, total: number, random: Random): Value[][] {
  const uneven = of.counts.map((count) => count * random.around(0.12));
  const whole = uneven.reduce((sum, value) => sum + value, 0);
  let bound = 0;
  let given = 0;
  return modes.flatMap((mode, index) => {
    bound += (uneven[index] ?? 0) / whole;
    const effectif = Math.round(total * bound) - given;
    given += effectif;
    return effectif > 0 ? [[year, departement, of.label, of.exeSpe, of.pseSpe, mode, effectif]] : [];
  });
}
