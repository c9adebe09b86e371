import { columnLabel } from "../dictionary/column-labels.js";
import type { Engine } from "../engine/engine.js";
import { jupyterDisplay, type MimeBundle } from "../display.js";
import { codePage } from "./code-page.js";
import { codeListAt, type TemplateQuestion } from "./completion.js";
import { describe } from "./describe.js";
import { Page, type PageContent } from "./page.js";
import { nameOf } from "./sql-tokens.js";
import { placeIn, type SqlPlace } from "./sql-place.js";
import { storedColumns } from "./stored-columns.js";
import { findColumn, type ScopeColumn, type StoredColumns } from "./sql-scope.js";
import { sqlFunctions, sqlKeywords } from "./sql-words.js";
import { UserError } from "../user-error.js";

/** What a page shows of a column that no dictionary describes. */
function columnPage({ name, type, origin }: ScopeColumn, label: string): PageContent {
  return {
    title: label === "" ? name : `${name} : ${label}`,
    subtitle: origin ? `colonne de ${origin.table}, ${type}` : "colonne calculée par la requête",
    blocks: [],
  };
}

/**
 * What is known of what stands at a place of a query: the page of a column, a table or a code, the use of a function.
 * @returns null where nothing is known of it
 */
export async function inspectSql(
  engine: Pick<Engine, "tables" | "columns">,
  { text, cursor }: TemplateQuestion,
): Promise<MimeBundle | null> {
  const stored = await storedColumns(engine);
  const page = pageAt(engine, placeIn(text, cursor, stored, true), stored);
  return page ? (await page[jupyterDisplay]()).data : null;
}

function pageAt(
  engine: Pick<Engine, "tables" | "columns">,
  place: SqlPlace,
  stored: StoredColumns,
): Page | undefined {
  const { token, expected, scope, typed } = place;
  if (!token || expected.kind === "nothing") return undefined;
  if (expected.kind === "value" && (token.kind === "number" || token.kind === "text")) {
    const list = codeListAt(place, expected.column, stored);
    const content = list && codePage(list, typed);
    return content && new Page(content);
  }
  if (token.kind !== "word" && token.kind !== "quoted") return undefined;
  const name = nameOf(token);
  if (expected.kind === "member") return ofColumn(findColumn(scope.tables, name, expected.alias));
  if (expected.kind === "table") return engine.tables.has(name) ? described(name, engine) : undefined;
  const column = findColumn(scope.tables, name);
  if (column) return ofColumn(column);
  const table = scope.tables.find(({ alias }) => alias.toLowerCase() === name)?.table;
  if (table !== undefined) return described(table, engine);
  return ofWord(name) ?? described(name, engine);
}

function ofColumn(column: ScopeColumn | undefined): Page | undefined {
  if (!column) return undefined;
  const { origin } = column;
  const owner = origin?.table === "damir_national" ? "damir_departement" : origin?.table;
  const page =
    owner === "damir" || owner === "damir_departement"
      ? described(`${owner}.${origin?.column ?? ""}`)
      : undefined;
  return page ?? new Page(columnPage(column, origin ? (columnLabel(origin.table, origin.column) ?? "") : ""));
}

function ofWord(name: string): Page | undefined {
  const called = sqlFunctions.find(({ word }) => word === name);
  if (called)
    return new Page({
      title: called.call,
      subtitle: "fonction SQL",
      blocks: [{ kind: "paragraph", text: called.use }],
    });
  const keyword = sqlKeywords.find(({ word }) => word.split(" ")[0]?.toLowerCase() === name);
  return (
    keyword &&
    new Page({
      title: keyword.word,
      subtitle: "mot de SQL",
      blocks: [{ kind: "paragraph", text: keyword.use }],
    })
  );
}

/** The page of a name, where there is one. */
function described(name: string, engine?: Pick<Engine, "tables" | "columns">): Page | undefined {
  try {
    return describe(name, undefined, engine);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
