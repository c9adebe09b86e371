import { codeListOf, type CodeList, type ListedCode } from "../dictionary/code-lists.js";
import { columnLabel } from "../dictionary/column-labels.js";
import { variables } from "../dictionary/dictionary.js";
import type { Engine } from "../engine/engine.js";
import { placeIn, type SqlPlace, type WrittenColumn } from "./sql-place.js";
import { storedColumns } from "./stored-columns.js";
import { findColumn, type ScopeColumn, type StoredColumns } from "./sql-scope.js";
import { sqlFunctions, sqlKeywords } from "./sql-words.js";
import { folded, wordsOf } from "./words.js";

/** What a kernel asks about a template: its text, `${…}` blanked, and a place in it. */
export interface TemplateQuestion {
  text: string;
  cursor: number;
  /** 1 when everything is asked for. */
  detail?: number;
}

/** A word that can stand at the place. */
export interface Completion {
  text: string;
  /** What a list shows beside it: a French label for what comes from the data, else `keyword` or `function`. */
  type: string;
  documentation: string;
}

/** What can stand at a place, and what it replaces. */
export interface Completions {
  start: number;
  end: number;
  matches: Completion[];
}

/** Letters of a label that a list has room for. */
const shownLetters = 50;

/** Codes proposed at once. */
const mostCodes = 100;

/**
 * Completes SQL that may be unfinished: tables after FROM, columns of the query's tables, code values by code or label, functions.
 * @param engine tables of the connection
 */
export async function completeSql(
  engine: Pick<Engine, "tables" | "columns">,
  { text, cursor }: TemplateQuestion,
): Promise<Completions> {
  const stored = await storedColumns(engine);
  const place = placeIn(text, cursor, stored);
  const { expected, start, end } = place;
  const answer = (matches: Completion[]): Completions => ({ start, end, matches });
  switch (expected.kind) {
    case "nothing":
      return answer([]);
    case "table":
      return answer([...namedQueries(place), ...tables(engine, place.typed)]);
    case "member": {
      const found = place.scope.tables.filter(
        ({ alias }) => alias.toLowerCase() === expected.alias.toLowerCase(),
      );
      return answer(
        columns(
          found.flatMap((table) => table.columns),
          place.typed,
        ),
      );
    }
    case "value": {
      const list = codeListAt(place, expected.column, stored);
      if (list) {
        const found = codesLike(list, place.typed)
          .slice(0, mostCodes)
          .map((code) => codeCompletion(list, code));
        if (found.length > 0 || place.token?.kind === "text" || place.token?.kind === "number")
          return answer(found);
      }
      return place.token?.kind === "text" || place.token?.kind === "number"
        ? answer([])
        : {
            start: place.token?.start ?? cursor,
            end,
            matches: expressions(
              place,
              stored,
              place.token ? place.token.text.slice(0, cursor - place.token.start) : "",
            ),
          };
    }
    case "expression":
      return answer(expressions(place, stored, place.typed));
  }
}

/** The list of codes of a column that a query names at a place. */
export function codeListAt(
  { scope }: SqlPlace,
  { name, alias }: WrittenColumn,
  stored: StoredColumns,
): CodeList | undefined {
  const column = findColumn(scope.tables, name, alias);
  if (column) return column.origin && codeListOf(column.origin.column, column.origin.table);
  // No FROM yet: the table that most queries read.
  return scope.tables.length === 0
    ? ((stored.has("damir") ? codeListOf(name, "damir") : undefined) ?? codeListOf(name))
    : undefined;
}

/** Codes that begin with what is typed, or have its words in their label; those with the most rows first. */
export function codesLike({ codes }: CodeList, typed: string): ListedCode[] {
  const words = wordsOf(typed);
  const all = [...codes.values()];
  const matching =
    words.length === 0
      ? all
      : all.filter(({ code, libelle, autre_libelle }) => {
          if (code.toLowerCase().startsWith(typed.toLowerCase())) return true;
          if (/^\d+$/.test(typed)) return false;
          const label = wordsOf(`${libelle} ${autre_libelle}`);
          return words.every((word) => label.some((one) => one.startsWith(word)));
        });
  return matching.sort((one, other) => other.lignes - one.lignes);
}

function codeCompletion(
  { variable, text }: CodeList,
  { code, libelle, autre_libelle }: ListedCode,
): Completion {
  return {
    text: text ? `'${code}'` : code,
    type: shortened(libelle),
    documentation: `${variable} = ${code} : ${libelle}${autre_libelle ? ` (autre libellé : ${autre_libelle})` : ""}`,
  };
}

function namedQueries({ scope, typed }: SqlPlace): Completion[] {
  return [...scope.named.keys()]
    .filter((name) => begins(name, typed))
    .map((name) => ({
      text: quotedName(name),
      type: "sous-requête",
      documentation: "Nommée par WITH dans cette requête.",
    }));
}

function tables(engine: Pick<Engine, "tables">, typed: string): Completion[] {
  const found = [...engine.tables].filter(
    ([name, { title }]) => begins(name, typed) || labelBegins(title, typed),
  );
  return found
    .sort(([one], [other]) => Number(isReference(one)) - Number(isReference(other)))
    .map(([name, { title, synthetic }]) => ({
      text: quotedName(name),
      type: shortened(title),
      documentation: `${title}${synthetic ? " · DONNÉES SYNTHÉTIQUES" : ""}`,
    }));
}

/** Code lists come after the tables that they explain. */
function isReference(name: string): boolean {
  return name.startsWith("nomenclature_");
}

/** Columns whose name, else whose label, begins with what is typed. */
function columns(all: readonly ScopeColumn[], typed: string): Completion[] {
  const found = new Map<string, Completion>();
  const labelled = all.map((column) => ({
    column,
    label: column.origin ? (columnLabel(column.origin.table, column.origin.column) ?? "") : "",
  }));
  const byName = labelled.filter(({ column }) => begins(column.name, typed));
  const byLabel = typed.length > 2 ? labelled.filter(({ label }) => labelBegins(label, typed)) : [];
  const upper = typed.length > 1 && typed === typed.toUpperCase() && /[A-Z]/.test(typed);
  for (const { column, label } of [...byName, ...byLabel]) {
    const text = quotedName(column.name);
    found.set(column.name, {
      text: upper && !text.startsWith('"') ? text.toUpperCase() : text,
      type: label === "" ? column.type || "colonne" : shortened(label),
      documentation: [label, column.origin?.table, column.type].filter((part) => part).join(" · "),
    });
  }
  return [...found.values()];
}

/** What an expression may begin with. */
function expressions({ scope, token }: SqlPlace, stored: StoredColumns, typed: string): Completion[] {
  const known =
    scope.tables.length > 0
      ? scope.tables.flatMap((table) => table.columns)
      : (["damir", "damir_departement"] as const)
          .filter((table) => stored.has(table))
          .flatMap((table) =>
            variables(table).map(({ variable, type }) => ({
              name: variable,
              type,
              origin: { table, column: variable },
            })),
          );
  const aliases = scope.tables
    .filter(({ alias }) => alias !== "" && typed !== "" && begins(alias, typed))
    .map(({ alias, table }) => ({
      text: quotedName(alias),
      type: table ?? "sous-requête",
      documentation: `Table ${table ?? "de la requête"}`,
    }));
  if (token?.kind === "quoted") return [...columns(known, typed), ...aliases];
  const lower = typed !== "" && typed === typed.toLowerCase();
  return [
    ...columns(known, typed),
    ...aliases,
    ...sqlFunctions
      .filter(({ word }) => begins(word, typed))
      .map(({ word, call, use }) => ({ text: word, type: "function", documentation: `${call} : ${use}` })),
    ...sqlKeywords
      .filter(({ word }) => begins(word, typed))
      .map(({ word, use }) => ({
        text: lower ? word.toLowerCase() : word,
        type: "keyword",
        documentation: use,
      })),
  ];
}

function begins(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase());
}

function labelBegins(label: string, typed: string): boolean {
  const wanted = folded(typed);
  return wanted.length > 2 && wordsOf(label).some((word) => word.startsWith(wanted));
}

/** A name as SQL takes it. */
function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A label for one line of a list: JupyterLab would break it at spaces and hyphens, and write the lines over each other. */
function shortened(label: string): string {
  const short = label.length <= shownLetters ? label : `${label.slice(0, shownLetters - 1)}…`;
  return short.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011");
}
