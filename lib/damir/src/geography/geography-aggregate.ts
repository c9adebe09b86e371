import { numberStyle } from "../french-format.js";
import { codeOf } from "../dictionary/code-lists.js";
import type { Column, Row } from "../query/columns.js";
import { nesting, type GeographicLevel } from "./geography.js";
import { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";

/** How rows go up to a coarser level of geography. */
export interface AggregateOptions {
  /** Level to reach: `region`, `ben_res_reg`, `france` … */
  to: GeographicLevel;
  /** Level of the rows. Default: the finest level whose name is one of their columns. */
  from?: Exclude<GeographicLevel, "france">;
  /** Column of the rows that holds the codes of that level. Default: the level's name. */
  key?: string;
  /** Columns to add up: amounts, acts, inhabitants. A rate or a mean can't be added: aggregate its two terms, then divide. */
  sum: readonly string[];
  /** Other columns that tell rows apart, such as a year or a speciality. */
  by?: readonly string[];
}

const finestFirst = ["cpam", "departement", "region_avant_2016", "region", "zeat", "ben_res_reg"] as const;

/** Codes that stand for an unknown place: their rows are kept, under the code null. */
export const unknownPlaces: Readonly<Partial<Record<GeographicLevel, readonly string[]>>> = {
  ben_res_reg: ["99"],
  zeat: ["0"],
};

/** Digits after the point that sums keep exactly. */
const decimals = 4;

/**
 * Adds rows up to a coarser geography. The rows of an unknown place (null, 99, 0) aren't dropped: they add up under the code null.
 *
 * @returns one row a territory (and a value of `by`), with its code in a column named after the level, its name in `nom`, and the sums;
 * it keeps the sources of the rows
 * @example
 * const parDepartement = await damir.sql`SELECT departement, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`;
 * aggregate(parDepartement, { to: "region", sum: ["rembourse"] });
 * @throws UserError when the levels don't nest (a zone d'étude into regions, group 93 into PACA and Corse, group 5 into départements), a
 * column is missing or isn't a number, a code is unknown, or a column would be lost
 */
export function aggregate<R extends object>(result: Result<R>, options: AggregateOptions): Result {
  const names = new Set(result.columns.map(({ name }) => name));
  const { to, sum, by = [] } = options;
  const from = options.from ?? levelOf(names);
  const key = options.key ?? from;
  requireColumns(names, key, sum, by);
  const parents = nesting(from, to);
  const unknown = new Set(unknownPlaces[from] ?? []);
  const strangers = new Set<string>();
  const groups = new Map<string, { row: Row; values: ResultValue[][] }>();
  for (const row of result.rows as readonly Row[]) {
    const code = codeOf(row[key] ?? null);
    const parent = code === null || unknown.has(code) ? undefined : parents.get(code);
    if (code !== null && !parent && !unknown.has(code)) strangers.add(code);
    const kept = by.map((name) => row[name] ?? null);
    const id = JSON.stringify([parent?.code ?? null, ...kept.map(String)]);
    const group = groups.get(id) ?? {
      row: {
        [to]: to === "ben_res_reg" && parent ? Number(parent.code) : (parent?.code ?? null),
        nom: parent?.nom ?? "Inconnu",
        ...Object.fromEntries(by.map((name, index) => [name, kept[index] ?? null])),
      },
      values: sum.map((): ResultValue[] => []),
    };
    sum.forEach((name, index) => group.values[index]?.push(row[name] ?? null));
    groups.set(id, group);
  }
  if (strangers.size > 0) {
    throw new UserError(
      `La colonne « ${key} » contient des codes qui ne sont pas ${from === key ? "de ce niveau" : `du niveau ${from}`} : ${[...strangers].slice(0, 5).join(", ")}. Les codes sont du texte (« 01 », « 2A », « 011 ») : filtrez ou corrigez ces lignes avant d'agréger.`,
    );
  }
  const rows = [...groups.values()].map(({ row, values }) => ({
    ...row,
    ...Object.fromEntries(sum.map((name, index) => [name, total(values[index] ?? [], name)])),
  }));
  const place: Column[] = [
    to === "ben_res_reg"
      ? { name: to, kind: "number", type: "SMALLINT", style: { decimals: 0, grouping: false } }
      : { name: to, kind: "text", type: "VARCHAR" },
    { name: "nom", kind: "text", type: "VARCHAR" },
  ];
  const kept = [...by, ...sum].flatMap((name) => result.columns.find((column) => column.name === name) ?? []);
  const { knowledge } = result.details;
  return new Result(
    [...place, ...kept.map((column) => restyled(column, rows))],
    rows,
    result.sources,
    knowledge ? { knowledge } : {},
  );
}

/** A column's numbers are larger once added: decimals that showed cents of small amounts may go. */
function restyled(column: Column, rows: readonly Row[]): Column {
  if (column.kind !== "number" || !column.style?.grouping) return column;
  const numbers = rows
    .map((row) => row[column.name])
    .filter((value) => typeof value === "number" || typeof value === "bigint");
  const decimals = column.type.startsWith("DECIMAL") ? column.style.decimals : undefined;
  return { ...column, style: numberStyle(numbers, decimals, true) };
}

/** The finest level that a result has a column of. */
export function levelOf(names: ReadonlySet<string>): Exclude<GeographicLevel, "france"> {
  const level = finestFirst.find((name) => names.has(name));
  if (level !== undefined) return level;
  throw new UserError(
    `Les lignes n'ont aucune colonne de géographie (${finestFirst.join(", ")}). Colonnes présentes : ${[...names].join(", ")}. Indiquez-la par from et key.`,
  );
}

function requireColumns(
  names: ReadonlySet<string>,
  key: string,
  sum: readonly string[],
  by: readonly string[],
): void {
  const missing = [key, ...sum, ...by].filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new UserError(
      `Les lignes n'ont pas de colonne ${missing.map((name) => `« ${name} »`).join(", ")}. Colonnes présentes : ${[...names].join(", ")}.`,
    );
  }
  if (sum.length === 0) throw new UserError('Dites quelles colonnes additionner : sum: ["rembourse"].');
  const used = new Set([key, ...sum, ...by]);
  const lost = [...names].filter((name) => !used.has(name));
  if (lost.length > 0) {
    throw new UserError(
      `Que faire de ${lost.map((name) => `« ${name} »`).join(", ")} ? À additionner, mettez-la dans sum ; à garder comme critère (année, spécialité), dans by ; sinon ne la demandez pas à la requête. Un taux ou une moyenne ne s'additionne pas : agrégez ses deux termes, puis divisez.`,
    );
  }
}

/** The sum of what is known, exact to the ten-thousandth; null where nothing is. */
function total(values: readonly ResultValue[], name: string): number | bigint | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const scale = 10 ** decimals;
  let units = 0n;
  let fine = 0;
  let exact = true;
  for (const value of known) {
    if (typeof value === "bigint") units += value * BigInt(scale);
    else if (typeof value === "number") {
      fine += value;
      const scaled = Math.round(value * scale);
      exact &&=
        Number.isSafeInteger(scaled) && Math.abs(scaled / scale - value) <= Number.EPSILON * Math.abs(value);
      if (exact) units += BigInt(scaled);
    } else throw new UserError(`La colonne « ${name} » n'est pas numérique : elle ne s'additionne pas.`);
  }
  if (!exact) return fine;
  const whole = units / BigInt(scale);
  if (units % BigInt(scale) === 0n && !Number.isSafeInteger(Number(whole))) return whole;
  return Number(units) / scale;
}
