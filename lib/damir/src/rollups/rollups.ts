/**
 * A table of sums: for each combination of some dimensions of `damir`, in each processing month, what its measures add up to.
 * The queries that need nothing else are answered from it, a hundred times faster and to the cent.
 * @internal
 */
export interface RollUp {
  /** Table's name. */
  readonly name: string;
  /** Columns of `damir` that tell its rows apart, the processing month first. */
  readonly dimensions: readonly string[];
}

/** What is known here of a table of a store: its files, each with the published or stored file that it was made from. */
interface Files {
  readonly files: readonly {
    readonly sha256: string;
    readonly rows: number;
    readonly source?: { readonly sha256: string };
    readonly rollUp?: RollUpOrigin;
  }[];
}

/**
 * What a file of a roll-up was made by: one made by other dimensions, before these were, isn't read.
 * @internal
 */
export interface RollUpOrigin {
  readonly dimensions: readonly string[];
  /** The measures that no row of its month lacks: what they add up to, together or apart, is the same. */
  readonly complete: readonly string[];
}

/**
 * A roll-up that can be read.
 * @internal
 */
export interface AvailableRollUp {
  readonly rows: number;
  /** The measures that no row of its months lacks. */
  readonly complete: ReadonlySet<string>;
}

/**
 * What is added up: euros and acts, filtered so that they count once (`flt_*`).
 * @internal
 */
export const rollUpMeasures = ["flt_rem_mnt", "flt_pai_mnt", "flt_dep_mnt", "flt_act_qte"] as const;

const months = ["flx_ann_moi", "soi_ann"];
const residence = "ben_res_reg";
const performer = ["pse_spe_snds", "pse_act_snds"];

/**
 * The roll-ups that are made, from the usual first questions: when, where, what, by whom, prescribed by whom, to whom, at which rate. The
 * year of care is in nearly all of them: expenses are told by it. Of those that have all a query asks for, it takes the smallest.
 * @internal
 */
export const rollUps: readonly RollUp[] = [
  { name: "agregat_patients", dimensions: [...months, residence, "age_ben_snds", "ben_sex_cod"] },
  { name: "agregat_professionnels", dimensions: [...months, residence, ...performer] },
  { name: "agregat_prescriptions", dimensions: [...months, "psp_spe_snds", "psp_act_snds", ...performer] },
  { name: "agregat_prestations", dimensions: ["flx_ann_moi", residence, "prs_nat"] },
  { name: "agregat_soins", dimensions: [...months, "soi_moi", residence, "prs_nat"] },
  { name: "agregat_taux", dimensions: [...months, "prs_nat", "pse_spe_snds", "prs_rem_tau", "exo_mtf"] },
  {
    name: "agregat_combinaisons",
    dimensions: [...months, residence, "prs_nat", ...performer, "age_ben_snds", "ben_sex_cod"],
  },
];

const names = new Set(rollUps.map(({ name }) => name));

/**
 * True for the name of a roll-up: not a table that people query, but what answers for `damir`.
 * @internal
 */
export function isRollUp(table: string): boolean {
  return names.has(table);
}

/**
 * Columns that a roll-up has: those of its files, and the months as dates that its view adds.
 * @internal
 */
export function rollUpColumns({ dimensions }: RollUp): readonly string[] {
  return [
    ...dimensions,
    ...rollUpMeasures,
    "mois_traitement",
    ...(dimensions.includes("soi_ann") && dimensions.includes("soi_moi") ? ["mois_soins"] : []),
  ];
}

/**
 * The roll-ups of a store whose rows are those of its months, file by file: each file of a roll-up names the month's file that it
 * was made from by its sha256. One that lacks a month, or was made from a month that was replaced since, or by other dimensions, is left
 * out whole.
 * @param tables of a store's manifest, by name
 * @returns by name, each with the files that count
 * @internal
 */
export function currentRollUps<Table extends Files>(
  tables: ReadonlyMap<string, Table>,
): ReadonlyMap<string, Table> {
  const months = tables.get("damir")?.files ?? [];
  const current = new Map<string, Table>();
  for (const rollUp of rollUps) {
    const { name } = rollUp;
    const description = tables.get(name);
    if (description === undefined || months.length === 0) continue;
    const made = description.files.filter((file) => isMadeBy(rollUp, file));
    const byMonth = new Map(made.map((file) => [file.source?.sha256, file]));
    const files = months.flatMap(({ sha256 }) => byMonth.get(sha256) ?? []);
    if (files.length === months.length) current.set(name, { ...description, files });
  }
  return current;
}

/**
 * True for a file of a roll-up that was made by the dimensions it has now.
 * @internal
 */
export function isMadeBy({ dimensions }: RollUp, { rollUp }: { readonly rollUp?: RollUpOrigin }): boolean {
  return rollUp !== undefined && rollUp.dimensions.join() === dimensions.join();
}

/** The roll-ups among some tables. */
export function availableRollUps(
  tables: readonly (readonly [name: string, description: Files])[],
): ReadonlyMap<string, AvailableRollUp> {
  return new Map(
    tables
      .filter(([name]) => isRollUp(name))
      .map(([name, { files }]) => [
        name,
        {
          rows: files.reduce((sum, { rows }) => sum + rows, 0),
          complete: new Set(
            rollUpMeasures.filter((measure) =>
              files.every(({ rollUp }) => rollUp?.complete.includes(measure)),
            ),
          ),
        },
      ]),
  );
}
