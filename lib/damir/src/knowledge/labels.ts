import { candidateLists, codeListOf, codeOf, type CodeList } from "../dictionary/code-lists.js";
import type { Column, Row } from "../query/columns.js";
import { untyped, type LabelOptions } from "../query/knowledge.js";
import { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { folded } from "./words.js";

/** What a label column is named after its code's. */
const suffix = "_libelle";

/**
 * Adds a column of labels after each coded column, named as it is with `_libelle` at the end. Every code has one label, so that no row
 * is doubled: the most recent one where the official dictionary has two. An unknown code is « inconnu (99) », null « non publié », and a
 * code that no dictionary lists « code 123 (non documenté) ».
 *
 * The list is that of the table which the result was read from: `asu_nat`, `prs_nat` and `cpl_cod` have other codes in `damir` than
 * in `damir_departement`.
 *
 * @example
 * label(await damir.sql`SELECT prs_nat, sum(flt_act_qte) AS quantite FROM damir GROUP BY 1 ORDER BY 2 DESC LIMIT 10`);
 * @throws UserError when no column is coded, when one that is asked for isn't, or when its codes mean one thing in damir and another in
 * damir_departement and the result reads both
 */
export function label<R extends object>(result: Result<R>, options: LabelOptions = {}): Result {
  const lists = listsOf(untyped(result), options);
  if (lists.size === 0) {
    throw new UserError(
      `Aucune colonne à libeller parmi ${result.columns.map(({ name }) => name).join(", ")}. Si la requête a renommé une colonne codée, dites laquelle : label({ columns: { nature: "prs_nat" } }).`,
    );
  }
  const added = (name: string) => `${name}${suffix}`;
  const names = new Set(result.columns.map(({ name }) => name));
  const columns = result.columns.flatMap((column): Column[] => {
    const labelled = lists.has(column.name) && !names.has(added(column.name));
    return labelled ? [column, { name: added(column.name), kind: "text", type: "VARCHAR" }] : [column];
  });
  const rows = (result.shown as readonly Row[]).map((row) =>
    Object.fromEntries(
      columns.map(({ name }) => {
        if (Object.hasOwn(row, name)) return [name, row[name] ?? null];
        const code = name.slice(0, -suffix.length);
        return [name, labelOf(row[code] ?? null, lists.get(code))];
      }),
    ),
  );
  return new Result(columns, rows, result.sources, result.details);
}

/** The label of one code. */
export function labelOf(value: ResultValue, list: CodeList | undefined): string {
  const code = codeOf(value);
  if (code === null) return "non publié";
  if (list?.unknown.has(code)) return `inconnu (${code})`;
  return list?.codes.get(code)?.libelle ?? `code ${code} (non documenté)`;
}

function listsOf(result: Result, { columns, table }: LabelOptions): Map<string, CodeList> {
  const asked =
    columns === undefined
      ? undefined
      : isList(columns)
        ? Object.fromEntries(columns.map((name) => [name, name]))
        : columns;
  const missing = Object.keys(asked ?? {}).filter(
    (name) => !result.columns.some((column) => column.name === name),
  );
  if (missing.length > 0) {
    throw new UserError(
      `Le résultat n'a pas de colonne ${missing.map((name) => `« ${name} »`).join(", ")}. Colonnes présentes : ${result.columns.map(({ name }) => name).join(", ")}.`,
    );
  }
  const lists = new Map<string, CodeList>();
  for (const { name, kind } of result.columns) {
    const variable = asked ? asked[name] : kind === "number" || kind === "text" ? name : undefined;
    if (variable === undefined) continue;
    const list = listFor(result, name, variable, table);
    if (list) lists.set(name, list);
    else if (asked) {
      throw new UserError(
        `« ${variable} » n'a pas de liste de codes${table ? ` dans ${table}` : ""} : ses valeurs se lisent telles quelles.`,
      );
    }
  }
  return lists;
}

function listFor(
  result: Result,
  column: string,
  variable: string,
  table: LabelOptions["table"],
): CodeList | undefined {
  if (table) return codeListOf(variable, table);
  const read = result.sources.flatMap((source) => codeListOf(variable, source.table) ?? []);
  const [list, ...others] = new Set(read.length > 0 ? read : candidateLists(variable));
  if (!list || others.length === 0) return list;
  const differing = [...new Set(result.shown.map((row) => codeOf(row[column]) ?? ""))].find((code) =>
    others.some((other) => meaning(other, code) !== meaning(list, code)),
  );
  if (differing === undefined) return list;
  const meanings = [list, ...others].map(
    ({ owner, codes }) => `${codes.get(differing)?.libelle ?? "non documenté"} dans ${owner}`,
  );
  throw new UserError(
    `La colonne « ${column} » peut venir de ${[list, ...others].map(({ owner }) => owner).join(" ou de ")}, et ses codes n'y disent pas la même chose : ${differing} est ${meanings.join(", ")}. Dites laquelle : label({ table: "${list.owner}" }).`,
  );
}

function meaning(list: CodeList, code: string): string {
  return code === "" ? "" : folded(list.codes.get(code)?.libelle ?? "").replace(/[^a-z0-9]/g, "");
}

function isList(columns: NonNullable<LabelOptions["columns"]>): columns is readonly string[] {
  return Array.isArray(columns);
}
