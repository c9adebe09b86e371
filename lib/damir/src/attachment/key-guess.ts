import type { DuckDBConnection } from "@duckdb/node-api";
import { codes, openDamirVariables, variables } from "../dictionary/dictionary.js";
import { territories } from "../geography/geography.js";
import { UserError } from "../user-error.js";
import { quotedName } from "./quoting.js";

/** A column by which a table can be joined to those of the store. */
export interface KeyGuess {
  column: string;
  /** The column of the store that holds the same values. */
  key: string;
  /** How many distinct values it has. */
  values: number;
  /** How many of them the store knows. */
  recognised: number;
  /** The others, the first ones. */
  unknown: string[];
  /** What to know before joining, in French; empty where there is nothing. */
  advice: string;
}

/** More distinct values than this aren't codes of the store. */
const mostValues = 5000;

/** A column that holds another kind of value by chance has fewer known values than this. */
const leastShare = 0.5;

/** Known values of a key, and the columns that may hold it, by their names or their types. */
interface Key {
  key: string;
  /** The names by which people call it. */
  names: RegExp;
  known: ReadonlySet<string>;
}

function keys(): Key[] {
  const level = (name: "departement" | "cpam" | "region" | "ben_res_reg") =>
    new Set(territories(name).map(({ code }) => code));
  const groups = new Set([...level("ben_res_reg"), "99"]);
  return [
    {
      key: "departement",
      names: /(^|_)(dep|dept|departement|departements)(_|$)/,
      known: level("departement"),
    },
    { key: "cpam", names: /(^|_)(cpam|caisse|caisses)(_|$)/, known: level("cpam") },
    { key: "ben_res_reg", names: /^ben_res_reg$/, known: groups },
    { key: "region", names: /(^|_)(region|regions|reg)(_|$)/, known: level("region") },
    ...codedVariables(),
  ];
}

/** The coded variables of the store's tables, by their own names. */
function codedVariables(): Key[] {
  const names = new Set([
    ...openDamirVariables().keys(),
    ...variables("damir_departement").map(({ variable }) => variable),
  ]);
  return [...names].map((key) => ({
    key,
    names: new RegExp(`^${key}$`),
    get known() {
      return knownCodes(key);
    },
  }));
}

function knownCodes(variable: string): ReadonlySet<string> {
  return new Set(
    (["damir", "damir_departement"] as const).flatMap((table) => {
      try {
        return codes(variable, table).map(({ code }) => code);
      } catch (error) {
        // It isn't a variable of this table, or has no code list.
        if (error instanceof UserError) return [];
        throw error;
      }
    }),
  );
}

/** Looks in a table for the columns by which it can be joined to those of the store. */
export async function guessKeys(
  connection: DuckDBConnection,
  table: string,
  columns: readonly { name: string; type: string }[],
): Promise<KeyGuess[]> {
  const found: KeyGuess[] = [];
  for (const column of columns) {
    const values = await distinctValues(connection, table, column.name);
    const guess = values === undefined || values.length === 0 ? undefined : guessOf(column, values);
    if (guess !== undefined) found.push(guess);
  }
  return found;
}

async function distinctValues(
  connection: DuckDBConnection,
  table: string,
  column: string,
): Promise<string[] | undefined> {
  const name = quotedName(column);
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT CAST(${name} AS VARCHAR) FROM ${quotedName(table)} WHERE ${name} IS NOT NULL LIMIT ${mostValues + 1}`,
  );
  const values = reader.getRows().map(([value]) => String(value));
  return values.length > mostValues ? undefined : values.sort();
}

function guessOf(
  { name, type }: { name: string; type: string },
  values: readonly string[],
): KeyGuess | undefined {
  const time = timeKey(name, type, values);
  if (time !== undefined) return time;
  if (!/^(VARCHAR|.*INT(EGER)?)$/.test(type)) return undefined;
  const all = keys();
  const named = all.filter(({ names }) => names.test(name));
  // A text column of another name may hold départements: no other codes are told from their values alone.
  const candidates = named.length > 0 || type !== "VARCHAR" ? named : all.slice(0, 1);
  for (const { key, known } of candidates) {
    const guess = recognition(name, key, values, known);
    if (guess.recognised / guess.values >= leastShare) return guess;
    const padded = values.map((value) => value.padStart(2, "0"));
    if (key === "departement" && named.length > 0 && padded.filter((value) => known.has(value)).length > 0) {
      return {
        ...recognition(name, key, padded, known),
        advice: `codes sans leur zéro (1 pour 01) : joignez sur lpad(CAST(${name} AS VARCHAR), 2, '0')`,
      };
    }
  }
  return undefined;
}

function recognition(
  column: string,
  key: string,
  values: readonly string[],
  known: ReadonlySet<string>,
): KeyGuess {
  const unknown = values.filter((value) => !known.has(value));
  return {
    column,
    key,
    values: values.length,
    recognised: values.length - unknown.length,
    unknown: unknown.slice(0, 5),
    advice: "",
  };
}

function timeKey(column: string, type: string, values: readonly string[]): KeyGuess | undefined {
  const whole = (key: string, advice: string): KeyGuess => ({
    column,
    key,
    values: values.length,
    recognised: values.length,
    unknown: [],
    advice,
  });
  if (type === "DATE") {
    const months = values.every((value) => value.endsWith("-01"));
    return months && values.length > 1
      ? whole("mois_traitement", "premiers de mois : mois_traitement ou mois_soins")
      : whole("jour", "jours, comme dans meteo et accidents");
  }
  if (!/INT/.test(type)) return undefined;
  if (values.every((value) => /^(19|20)\d\d(0[1-9]|1[0-2])$/.test(value))) {
    return whole("flx_ann_moi", "mois AAAAMM : flx_ann_moi (traitement) ou sns_date (soins)");
  }
  if (/(^|_)(annee|an|year)(_|$)/.test(column) && values.every((value) => /^(19|20)\d\d$/.test(value))) {
    return whole("annee", "années, comme dans population et medecins");
  }
  return undefined;
}
