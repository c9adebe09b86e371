import { seasons } from "./associations.js";
import { months } from "./calibration.js";
import { delays, generalPracticeCalendars } from "./departement-calendar.js";
import { ratesOf, type Rates } from "./departement-rates.js";
import { lines, type Line } from "./departement-series.js";
import { readGeography } from "../reference/geography-files.js";
import { Choice, Random } from "./random.js";
import type { ProjectTable, Value } from "../tables/project-table.js";
import { territories } from "./territories.js";

/** Consultations (111111) and visits (111121) of general practitioners: share of their acts, base, PRS_NAT. */
const generalPractice = [
  { serie: "111111", prestation: 1111, share: 0.918, price: 26.5, nights: 0.02 },
  { serie: "111121", prestation: 1211, share: 0.082, price: 34, nights: 0.11 },
] as const;
/** QUALITE of those acts, with the rates they are paid at. */
const qualities = [
  [1, 0.72],
  [3, 0.22],
  [2, 0.06],
] as const;
const rates = [
  [70, 0.63],
  [100, 0.33],
  [30, 0.04],
] as const;
const otherQualities = new Choice([
  [1, 78],
  [3, 14],
  [2, 6],
  [4, 2],
] as const);
const hospitalSpecialities = new Choice([
  [99, 40],
  [1, 25],
  [4, 10],
  [3, 9],
  [32, 6],
  [8, 5],
  [13, 5],
] as const);

/** The synthetic R tables: 24 months of reimbursement, 107 caisses, 101 départements, régime général. */
export function damirDepartementTable(): ProjectTable {
  const caisses = readCaisses();
  const byYear = new Map([2024, 2025].map((year) => [year, ratesOf(year)] as const));
  const calendars = generalPracticeCalendars();
  return {
    name: "damir_departement",
    title:
      "Dépenses d'assurance maladie par caisse et département, régime général, soins de ville (synthétique)",
    producer: "Atelier DAMIR, d'après la structure publiée par la CNAM (tables R)",
    url: "https://www.data.gouv.fr/fr/datasets/depenses-d-assurance-maladie-hors-prestations-hospitalieres-par-caisse-primaire-departement/",
    synthetic: true,
    columns: [
      { name: "flx_ann_moi", sql: "INTEGER" },
      { name: "sns_date", sql: "INTEGER" },
      { name: "cpam", sql: "VARCHAR" },
      { name: "departement", sql: "VARCHAR" },
      { name: "ben_qlt", sql: "SMALLINT" },
      { name: "top_slm", sql: "SMALLINT" },
      { name: "asu_nat", sql: "SMALLINT" },
      { name: "serie", sql: "VARCHAR" },
      { name: "prs_nat", sql: "SMALLINT" },
      { name: "exe_spe", sql: "SMALLINT" },
      { name: "exe_spe1", sql: "SMALLINT" },
      { name: "exe_stj1", sql: "SMALLINT" },
      { name: "pre_spe", sql: "SMALLINT" },
      { name: "pre_spe1", sql: "SMALLINT" },
      { name: "pre_stj1", sql: "SMALLINT" },
      { name: "cpl_cod", sql: "SMALLINT" },
      { name: "rem_tau", sql: "DECIMAL(5,2)" },
      { name: "rec_mon", sql: "DECIMAL(18,2)" },
      { name: "rem_mon", sql: "DECIMAL(18,2)" },
      { name: "dep_mon", sql: "DECIMAL(18,2)" },
      { name: "act_dnb", sql: "BIGINT" },
      { name: "act_coe", sql: "DECIMAL(18,4)" },
    ],
    measures: ["rec_mon", "rem_mon", "dep_mon", "act_dnb", "act_coe"],
    order: ["serie", "prs_nat", "exe_spe", "departement", "cpam", "sns_date"],
    files: months.map((month, index) => ({
      name: String(month),
      month: String(month),
      rows: () => monthRows(month, caisses, byYear.get(Math.floor(month / 100)), calendars, index),
    })),
  };
}

interface Caisse {
  cpam: string;
  departement: string;
  /** Index in `territories`. */
  place: number;
  /** Share of the département's affiliates. */
  share: number;
}

function readCaisses(): Caisse[] {
  const rows = readGeography("caisses").map((row) => {
    const cpam = row["cpam"] ?? "";
    const departement = row["departement"] ?? "";
    return { cpam, departement, weight: new Random(`caisse ${cpam}`).around(0.3) };
  });
  return rows.map(({ cpam, departement, weight }) => {
    const place = territories.findIndex((territory) => territory.departement === departement);
    if (place < 0) throw new Error(`Unknown département ${departement} of caisse ${cpam}`);
    const whole = rows.reduce(
      (sum, other) => sum + (other.departement === departement ? other.weight : 0),
      0,
    );
    return { cpam, departement, place, share: weight / whole };
  });
}

function* monthRows(
  month: number,
  caisses: readonly Caisse[],
  of: Rates | undefined,
  calendars: readonly number[][],
  index: number,
): Generator<Value[], void, undefined> {
  if (!of) throw new Error(`No rates for ${month}`);
  for (const caisse of caisses) yield* caisseRows(month, caisse, of, calendars[caisse.place]?.[index] ?? 1);
}

function caisseRows(month: number, caisse: Caisse, of: Rates, calendar: number): Value[][] {
  const random = new Random(`departement ${month} ${caisse.cpam}`);
  const insured = (of.affiliates[caisse.place] ?? 0) * caisse.share;
  return [
    ...generalPracticeRows(month, caisse, of, calendar, insured, random),
    ...lines.flatMap((line) => lineRows(line, month, caisse, of, insured, random)),
  ];
}

function generalPracticeRows(
  month: number,
  caisse: Caisse,
  of: Rates,
  calendar: number,
  insured: number,
  random: Random,
): Value[][] {
  const acts = ((of.generalPractice[caisse.place] ?? 0) * insured * calendar) / 12;
  const fee = 0.03 * (of.fees[caisse.place] ?? 1);
  return generalPractice.flatMap(({ serie, prestation, share, price, nights }) => {
    const night = Math.min(0.5, nights * (of.permanence[caisse.place] ?? 1));
    const rows = qualities.flatMap(([quality, ofQuality]) =>
      rates.flatMap(([rate, ofRate]) =>
        // The rarest cells come in one row: the real tables have few of them too.
        (rate === 30 || quality === 2 ? ([[0, 1]] as const) : delays).map(([delay, ofDelay]) => ({
          quality,
          rate,
          delay,
          cpl: 0,
          part: (1 - night) * ofQuality * ofRate * ofDelay,
        })),
      ),
    );
    rows.push(
      ...(
        [
          [1, 0.42],
          [2, 0.58],
        ] as const
      ).flatMap(([cpl, part]) =>
        ([0, 1] as const).map((delay) => ({
          quality: 1 as const,
          rate: 70 as const,
          delay,
          cpl,
          part: night * part * (delay === 0 ? 0.75 : 0.25),
        })),
      ),
    );
    return rows.flatMap(({ quality, rate, delay, cpl, part }) => {
      const count = random.round(acts * share * part);
      if (count === 0) return [];
      const base = Math.round(count * price * 100 * random.around(0.01));
      const dear = rate === 100 ? 0.5 : 1.2;
      return [
        row(month, delay, caisse, {
          quality,
          slm: 0,
          risk: 1,
          serie,
          prestation,
          executor: [1, 11],
          prescriber: [1, 1, 1],
          cpl,
          rate,
          base,
          reimbursed: Math.round((base * rate) / 100),
          fee: Math.round(base * fee * dear * random.around(0.1)),
          count,
          coefficient: count,
        }),
      ];
    });
  });
}

function lineRows(
  line: Line,
  month: number,
  caisse: Caisse,
  of: Rates,
  insured: number,
  random: Random,
): Value[][] {
  const calendar =
    line.prestation === 3331
      ? seasons.automne
      : line.prestation === 4142
        ? seasons.cure
        : line.fee > 0
          ? seasons["ete-creux"]
          : seasons.stable;
  const driver = of.drivers[line.driver][caisse.place] ?? 1;
  const own =
    line.driver === "none"
      ? new Random(`${line.serie} ${line.prestation} ${caisse.departement}`).around(0.06)
      : 1;
  const acts = (insured * line.acts * driver * own * (calendar[(month % 100) - 1] ?? 1)) / 12;
  const supply = (of.generalPractice[caisse.place] ?? 4) - 4.03;
  const emergency =
    line.serie === "111136" || line.serie === "111145"
      ? 0.035 * (1 - 0.2 * supply) * new Random(`emergency ${caisse.departement}`).around(0.22)
      : 0;
  const late = line.acts > 0.1 ? 0.26 : 0;
  const parts = [
    { delay: 0, cpl: 0, part: 1 - late - emergency },
    ...(late > 0 ? [{ delay: 1 + Math.floor(random.uniform() ** 2 * 9), cpl: 0, part: late }] : []),
    ...(emergency > 0 ? [{ delay: 0, cpl: 3, part: emergency }] : []),
  ];
  return parts.flatMap(({ delay, cpl, part }) => {
    const count = random.round(acts * part * random.around(0.08));
    if (count === 0) return [];
    const exempt = line.rate === 100 || line.kept < 0 || random.chance(0.42);
    const rate = exempt ? 100 : line.rate;
    const base = Math.round(count * line.price * 100 * random.around(0.04));
    const reimbursed = line.kept < 0 ? Math.round(count * line.kept * 100) : Math.round((base * rate) / 100);
    const dear = of.fees[caisse.place] ?? 1;
    return [
      row(month, delay, caisse, {
        quality: random.pick(otherQualities),
        slm: random.chance(0.08) ? 1 : 0,
        risk: line.risk,
        serie: line.serie,
        prestation: line.prestation,
        executor: line.executor,
        prescriber: prescriberOf(line, random),
        cpl,
        rate,
        base,
        reimbursed,
        fee: Math.round(base * line.fee * dear * random.around(0.06)),
        count,
        coefficient: Math.round(count * line.coefficient * 100) / 100,
      }),
    ];
  });
}

/** PRE_SPE, PRE_SPE1 and PRE_STJ1. */
function prescriberOf({ prescriber, executor }: Line, random: Random): readonly [number, number, number] {
  if (prescriber === -1) return [random.pick(hospitalSpecialities), 9, 2];
  const speciality =
    prescriber === 0
      ? executor[0] === 27 || executor[0] === 28 || executor[0] === 29
        ? 1
        : executor[0]
      : prescriber;
  const group =
    speciality === 1
      ? 1
      : speciality === 19 || speciality === 36
        ? 4
        : speciality === 21
          ? 5
          : speciality === 24
            ? 6
            : speciality === 26
              ? 7
              : speciality === 99 || speciality === 30
                ? 9
                : 2;
  return [speciality, group, 1];
}

interface Content {
  quality: number;
  slm: number;
  risk: number;
  serie: string;
  prestation: number;
  executor: readonly [number, number];
  prescriber: readonly [number, number, number];
  cpl: number;
  rate: number;
  /** Cents. */
  base: number;
  reimbursed: number;
  fee: number;
  count: number;
  coefficient: number;
}

function row(month: number, delay: number, caisse: Caisse, of: Content): Value[] {
  const care = Math.floor(month / 100) * 12 + (month % 100) - 1 - delay;
  return [
    month,
    Math.floor(care / 12) * 100 + (care % 12) + 1,
    caisse.cpam,
    caisse.departement,
    of.quality,
    of.slm,
    of.risk,
    of.serie,
    of.prestation,
    of.executor[0],
    of.executor[1],
    1,
    of.prescriber[0],
    of.prescriber[1],
    of.prescriber[2],
    of.cpl,
    of.rate,
    of.base / 100,
    of.reimbursed / 100,
    of.fee / 100,
    of.count,
    of.coefficient,
  ];
}
