import { codeOf } from "../dictionary/code-lists.js";
import type { Engine } from "../engine/engine.js";
import type { Denominator } from "../query/knowledge.js";
import { noteRead, sourceOf, type Source } from "../query/provenance.js";
import { sql } from "../query/sql.js";
import { UserError } from "../user-error.js";

/** People of a département, a sex and an age class on 1 January. */
export interface PopulationCell {
  annee: number;
  departement: string;
  sexe: number;
  age_ben_snds: number;
  personnes: number;
}

/** The population table of a connection. */
export class Population {
  readonly #engine: Engine;
  readonly #years = new Map<Denominator, Promise<readonly number[]>>();
  readonly #cells = new Map<string, Promise<readonly PopulationCell[]>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Where its figures come from.
   * @throws UserError when the connection has no population
   */
  get source(): Source {
    const description = this.#engine.tables.get("population");
    if (description) return sourceOf("population", description);
    throw new UserError(
      "Il faut la table « population » pour rapporter à des habitants : importez-la (npx damir data pull population).",
    );
  }

  /** Years for which someone is counted, in order. */
  years(denominator: Denominator): Promise<readonly number[]> {
    const { table } = this.source;
    const known =
      this.#years.get(denominator) ??
      this.#engine
        .read(
          sql`SELECT DISTINCT annee FROM ${sql.id(table)} WHERE ${sql.id(denominator)} IS NOT NULL ORDER BY 1`,
        )
        .then(({ values }) => (values[0] ?? []).map(Number));
    this.#years.set(denominator, known);
    return known;
  }

  /** Who is counted in a year; a département without a published figure has no cell. */
  cells(denominator: Denominator, year: number): Promise<readonly PopulationCell[]> {
    const { source } = this;
    noteRead([source]);
    const key = `${denominator} ${year}`;
    const known = this.#cells.get(key) ?? this.#read(denominator, year);
    this.#cells.set(key, known);
    return known;
  }

  async #read(denominator: Denominator, year: number): Promise<PopulationCell[]> {
    const { values } = await this.#engine.read(sql`
      SELECT departement, sexe, age_ben_snds, sum(${sql.id(denominator)}) AS personnes
      FROM population WHERE annee = ${year} AND ${sql.id(denominator)} IS NOT NULL
      GROUP BY departement, sexe, age_ben_snds`);
    const [departements = [], sexes = [], ages = [], people = []] = values;
    return departements.map((departement, index) => ({
      annee: year,
      departement: codeOf(departement) ?? "",
      sexe: Number(sexes[index]),
      age_ben_snds: Number(ages[index]),
      personnes: Number(people[index]),
    }));
  }
}

/** The year of a list that is nearest to one, the earlier of two. */
export function nearestYear(years: readonly number[], wanted: number): number | undefined {
  return [...years].sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted) || one - other)[0];
}
