import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workbook, type Cell } from "../companions/companions.fixture.js";
import { rowsOf, type PublishedForm } from "./published-form.fixture.js";

interface PopulationRow {
  departement: string;
  nom: string;
  sexe: number;
  age_min: number;
  population: number;
  affilies_rg: number;
}

type Measure = "population" | "affilies_rg";

/** INSEE's bands; the régime général's are the same up to 89, then one. */
const ages = Array.from({ length: 20 }, (_, index) => 5 * index);
const affiliateAges = ages.filter((age) => age <= 90);

function bandOf(age: number, last: number): string {
  return age === last ? `${age} ans et plus` : `${age} à ${age + 4} ans`;
}

/** INSEE's workbook of estimates, a sheet a year, and the affiliates by caisse (RNIAM), a file a year. */
export async function writePopulation(form: PublishedForm): Promise<string[]> {
  const { connection, table, folder } = form;
  const years = await rowsOf<{ annee: number }>(
    connection,
    `SELECT DISTINCT annee FROM ${table("population")} ORDER BY annee DESC`,
  );
  const sheets: Record<string, Cell[][]> = { "À savoir": [["Estimations de population"]] };
  const paths = [join(folder, "estim-pop-dep-sexe-aq-1975-2025.xlsx")];
  for (const { annee } of years) {
    const rows = await rowsOf<PopulationRow>(
      connection,
      `SELECT p.departement, d.nom, sexe, age_min, population, affilies_rg
       FROM ${table("population")} p JOIN ${table("departements")} d USING (departement) WHERE annee = ${annee}`,
    );
    const people = new People(rows);
    sheets[String(annee)] = estimates(annee, people);
    const path = join(folder, `rniam_${annee}.csv`);
    writeFileSync(path, affiliates(people, await caisses(form)));
    paths.push(path);
  }
  writeFileSync(paths[0] ?? "", workbook(sheets));
  return paths;
}

/** Caisses of each département, in order. */
async function caisses({ connection, table }: PublishedForm): Promise<Map<string, string[]>> {
  const rows = await rowsOf<{ departement: string; cpam: string }>(
    connection,
    `SELECT departement, cpam FROM ${table("caisses")} ORDER BY cpam`,
  );
  const all = new Map<string, string[]>();
  for (const { departement, cpam } of rows) all.set(departement, [...(all.get(departement) ?? []), cpam]);
  return all;
}

/** The people of a year. */
class People {
  readonly departements: readonly (readonly [code: string, name: string])[];
  readonly #rows = new Map<string, PopulationRow>();

  constructor(rows: readonly PopulationRow[]) {
    for (const row of rows) this.#rows.set(`${row.departement}/${row.sexe}/${row.age_min}`, row);
    this.departements = [...new Map(rows.map(({ departement, nom }) => [departement, nom]))].sort(
      ([a], [b]) => (a < b ? -1 : 1),
    );
  }

  count(measure: Measure, departement: string, sexe: number, age: number): number {
    const row = this.#rows.get(`${departement}/${sexe}/${age}`);
    if (!row) throw new Error(`nobody in ${departement}, sex ${sexe}, age ${age}`);
    return row[measure];
  }
}

/** A sheet of INSEE's: ensemble, hommes, femmes, each with its total, and France below. */
function estimates(annee: number, people: People): Cell[][] {
  const rows = people.departements.map(([code, name]): [string, string, ...number[]] => {
    const [men, women] = [1, 2].map((sexe) =>
      withTotal(ages.map((age) => people.count("population", code, sexe, age))),
    ) as [number[], number[]];
    return [code, name, ...men.map((count, band) => count + (women[band] ?? 0)), ...men, ...women];
  });
  const columns = rows[0]?.slice(2) ?? [];
  const france = columns.map((_, column) => rows.reduce((sum, row) => sum + Number(row[column + 2]), 0));
  const bands = [...ages.map((age) => bandOf(age, 95)), "Total"];
  const block = (name: string) => [name, ...bands.slice(1).map(() => "")];
  return [
    ["Estimation de population au 1er janvier, par département, sexe et âge quinquennal"],
    [`Année ${annee}`],
    [],
    ["Départements", "", ...block("Ensemble"), ...block("Hommes"), ...block("Femmes")],
    ["", "", ...bands, ...bands, ...bands],
    ...rows,
    ["France métropolitaine et DOM", "", ...france],
    [],
    ["Source : Insee - Estimations de population (résultats provisoires)"],
  ];
}

function withTotal(counts: number[]): number[] {
  return [...counts, counts.reduce((sum, count) => sum + count, 0)];
}

/** A file of the RNIAM: a row a caisse, men then women, whose columns a tool renamed. */
function affiliates(people: People, caissesOf: ReadonlyMap<string, readonly string[]>): string {
  const bands = affiliateAges.map((age) => bandOf(age, 90));
  const lines = people.departements.flatMap(([code, name]) => {
    const counts = [1, 2].flatMap((sexe) =>
      affiliateAges.map(
        (age) =>
          people.count("affilies_rg", code, sexe, age) +
          (age === 90 ? people.count("affilies_rg", code, sexe, 95) : 0),
      ),
    );
    const caisses = caissesOf.get(code)?.length ?? 0;
    const [label, published] = code === "59" ? ["5-Nord", "5N"] : [`${code}-${name}`, code];
    return Array.from({ length: caisses }, (_, index) =>
      [label, published, ...counts.map((count) => `${shareOf(count, index, caisses)}.0`)].join(","),
    );
  });
  return [["l_dpt", "dpt", ...bands, ...bands.map((band) => `${band}.1`)].join(","), ...lines, ""].join("\n");
}

/** Part of a count that goes to one of several caisses: together they make it. */
function shareOf(count: number, index: number, parts: number): number {
  return Math.floor((count * (index + 1)) / parts) - Math.floor((count * index) / parts);
}
