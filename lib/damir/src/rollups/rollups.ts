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
  }[];
}

/**
 * What is added up: euros and acts, filtered so that they count once (`flt_*`).
 * @internal
 */
export const rollUpMeasures = ["flt_rem_mnt", "flt_pai_mnt", "flt_dep_mnt", "flt_act_qte"] as const;

const month = "flx_ann_moi";
const residence = "ben_res_reg";

/**
 * The roll-ups that are made, from the usual first questions: when, where, what, by whom, to whom. The larger ones hold what the
 * smaller ones do: each query takes the smallest that has all it asks for.
 * @internal
 */
export const rollUps: readonly RollUp[] = [
  { name: "agregat_patients", dimensions: [month, residence, "age_ben_snds", "ben_sex_cod"] },
  { name: "agregat_professionnels", dimensions: [month, residence, "pse_spe_snds", "pse_act_snds"] },
  { name: "agregat_prestations", dimensions: [month, residence, "prs_nat"] },
  { name: "agregat_soins", dimensions: [month, residence, "prs_nat", "soi_ann", "soi_moi"] },
  {
    name: "agregat_combinaisons",
    dimensions: [month, residence, "prs_nat", "pse_spe_snds", "pse_act_snds", "age_ben_snds", "ben_sex_cod"],
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
 * was made from by its sha256. One that lacks a month, or was made from a month that was replaced since, is left out whole.
 * @param tables of a store's manifest, by name
 * @returns by name, each with the files that count
 * @internal
 */
export function currentRollUps<Table extends Files>(
  tables: ReadonlyMap<string, Table>,
): ReadonlyMap<string, Table> {
  const months = tables.get("damir")?.files ?? [];
  const current = new Map<string, Table>();
  for (const { name } of rollUps) {
    const description = tables.get(name);
    if (description === undefined || months.length === 0) continue;
    const byMonth = new Map(description.files.map((file) => [file.source?.sha256, file]));
    const files = months.flatMap(({ sha256 }) => byMonth.get(sha256) ?? []);
    if (files.length === months.length) current.set(name, { ...description, files });
  }
  return current;
}

/** How many rows each roll-up among some tables has. */
export function rowsOfRollUps(
  tables: readonly (readonly [name: string, description: Files])[],
): ReadonlyMap<string, number> {
  return new Map(
    tables
      .filter(([name]) => isRollUp(name))
      .map(([name, { files }]) => [name, files.reduce((sum, { rows }) => sum + rows, 0)]),
  );
}
