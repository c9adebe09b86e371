import { tmpdir } from "node:os";
import { codes, openDamirVariables, variables, type Code } from "../dictionary/dictionary.js";
import { UserError } from "../user-error.js";
import { comparedColumn } from "./compared-column.js";
import { wordsInFrench } from "./engine-words.js";
import { nearestNames, plain, type KnownName } from "./nearest-names.js";
import { tableNames, type SyntaxTree } from "./reading.js";
import type { SqlFragment } from "./sql.js";
import { sqlFailureOf, type SqlFailure } from "./sql-failure.js";

/** What an explanation needs to know around a query. */
export interface SqlContext {
  query: SqlFragment;
  /** What the engine was asked, where it is more than the query: its values come first in both. */
  asked?: SqlFragment;
  /** Its syntax; undefined where it couldn't be read. */
  tree: SyntaxTree | undefined;
  /** The columns of each table that can be queried. */
  columns: () => Promise<TableColumns>;
}

type TableColumns = ReadonlyMap<string, readonly { readonly name: string }[]>;

/**
 * Turns an engine's error into one that helps: in French, with the place in the query, and what may have been meant.
 * Errors that aren't an engine's pass unchanged.
 */
export async function explainSqlError(error: unknown, context: SqlContext): Promise<unknown> {
  if (error instanceof UserError) return error;
  const { query, asked = query } = context;
  const failure = sqlFailureOf(error, asked.text);
  if (failure === undefined) return error;
  const offset = Math.max(0, asked.text.indexOf(query.strings[0] ?? ""));
  const position = failure.position === undefined ? undefined : Math.max(0, failure.position - offset);
  const place = position === undefined ? "" : placeIn(query.text, position);
  const advice = [await adviceFor(failure, context), ...slipAt(query, position, failure)].join(" ");
  return new UserError([advice, place].filter((part) => part !== "").join("\n\n"));
}

/** Slips that an engine can't name: a name that was bound as a value, a text between the quotes of names, a query in FROM that stands bare. */
function slipAt(
  { text, values }: SqlFragment,
  position: number | undefined,
  { kind, subject }: SqlFailure,
): string[] {
  if (position === undefined) return [];
  const bound = kind === "syntax" ? /^\$(\d+)/.exec(text.slice(position))?.[1] : undefined;
  const value = bound === undefined ? undefined : values[Number(bound) - 1];
  if (typeof value === "string") {
    return [
      `\${…} lie une valeur : un nom de table ou de colonne s'écrit \${sql.id(${JSON.stringify(value)})}.`,
    ];
  }
  if (
    kind === "syntax" &&
    /^(?:SELECT|WITH)\b/i.test(text.slice(position)) &&
    /(?:\bFROM|\bJOIN|,)\s*$/i.test(text.slice(0, position))
  ) {
    return [
      "Une requête qui sert de table se met entre parenthèses : FROM (${requete}) AS r, ou FROM (SELECT …) AS r.",
    ];
  }
  if (kind === "unknown column" && text[position] === '"') {
    return [`Entre guillemets, c'est un nom ; un texte s'écrit entre apostrophes : '${subject ?? ""}'.`];
  }
  return [];
}

/** The line of a query with a caret under the place. */
export function placeIn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  const line = text.split("\n")[before.length - 1] ?? "";
  const column = before.at(-1)?.length ?? 0;
  // Of a long line, what stands around the place.
  const from = Math.max(0, column - 60);
  const excerpt = `${from > 0 ? "…" : ""}${line.slice(from, column + 60)}${line.length > column + 60 ? "…" : ""}`;
  const label = `ligne ${before.length} : `;
  const indent = line.slice(from, column).replace(/[^\t]/g, " ");
  return `${label}${excerpt}\n${" ".repeat(label.length + (from > 0 ? 1 : 0))}${indent}^`;
}

async function adviceFor(failure: SqlFailure, context: SqlContext): Promise<string> {
  const { kind, subject, message } = failure;
  const known = wordsInFrench(message);
  const words = known ?? `(${message.trim().split("\n")[0] ?? ""})`;
  switch (kind) {
    case "unknown column":
      return unknownColumn(subject ?? "", context.tree, await context.columns());
    case "unknown table":
      return unknownTable(failure, await context.columns());
    case "unknown function":
      // An operator without a name: PostgreSQL's for `text = integer`.
      return subject === undefined
        ? words
        : `La fonction « ${subject} » n'existe pas, ou ne prend pas ces arguments. ${words}`;
    case "not grouped":
      return `La colonne « ${subject ?? ""} » n'est ni groupée ni agrégée : ajoutez-la au GROUP BY, ou agrégez-la (sum, any_value…).`;
    case "conversion":
      return unconverted(failure, context, words);
    case "syntax":
      return known ?? `La requête SQL n'est pas bien écrite (l'endroit est montré ci-dessous). ${words}`;
    case "binding":
      return known ?? `La requête SQL nomme ou combine quelque chose qui ne convient pas. ${words}`;
    case "value":
      return known ?? `Une valeur de la requête ne convient pas. ${words}`;
    case "closed":
      return "La connexion est fermée (damir.close()). Ouvrez-en une autre : const damir = await connect().";
    case "interrupted":
      return "La requête a été interrompue.";
    case "ended":
      return "La requête a été interrompue. Si ce n'est pas vous, le serveur l'a arrêtée parce qu'elle y prenait trop de temps : filtrez des mois (flx_ann_moi), agrégez davantage, et vérifiez que chaque jointure a sa condition.";
    case "too long":
      return "La requête a dépassé le temps que ce serveur donne à une requête. Filtrez des mois (flx_ann_moi), agrégez davantage, et vérifiez que chaque jointure a sa condition.";
    case "too large":
      return "La requête a dépassé le disque que ce serveur donne à un tri ou une jointure. Filtrez des mois (flx_ann_moi), agrégez avant de trier ou de joindre, et vérifiez que chaque jointure a sa condition.";
    case "memory":
      return 'La requête demande plus de mémoire que ce que cette connexion peut en prendre. Agrégez davantage (GROUP BY), filtrez des mois, prenez moins de colonnes, ou donnez-lui plus : connect({ memory: "8GB" }).';
    case "temporary disk":
      return `La requête ne tient pas en mémoire, et le disque où elle déborde (${tmpdir()}) n'a plus assez de place. Libérez-en, ou lancez le labo avec un autre dossier (variable TMPDIR) ; sinon agrégez davantage (GROUP BY), filtrez des mois, prenez moins de colonnes.`;
    case "server memory":
      return "La requête demande plus de mémoire que le serveur n'en a pour elle. Agrégez davantage (GROUP BY), filtrez des mois (flx_ann_moi), prenez moins de colonnes ; si elle passait avant, réessayez quand les autres requêtes auront fini.";
    case "files":
      return `Un fichier des données n'a pas pu être lu. Vérifiez le magasin : npx damir data list. ${words}`;
    case "forbidden":
      return `Le serveur ne permet pas cela : les données s'y lisent seulement. ${words}`;
    case "disk full":
      return "Le disque du serveur est plein : un tri ou une jointure n'y tient plus. Réessayez quand les autres requêtes ont fini, agrégez avant de trier ou de joindre, et prévenez qui tient le serveur.";
    case "server":
      return `Le serveur n'a pas pu répondre à la requête. ${words}`;
  }
}

/** Columns that are read at a glance. */
const fewColumns = 30;

function unknownColumn(written: string, tree: SyntaxTree | undefined, columns: TableColumns): string {
  const named = tree === undefined ? [] : [...tableNames(tree)].filter((name) => columns.has(name));
  const tables = named.length > 0 ? named : [...columns.keys()].filter((name) => !isReference(name));
  const known = tables.flatMap((table) =>
    (columns.get(table) ?? []).map(({ name }) => columnName(name, table)),
  );
  const near = nearestNames(written, [...new Map(known.map((name) => [name.name, name])).values()]);
  const where = named.length > 0 ? named.join(", ") : "les tables de cette requête";
  const hint =
    near.length > 0
      ? `Colonnes proches :\n${list(near)}`
      : named.length > 0 && known.length <= fewColumns
        ? `Colonnes : ${known.map(({ name }) => name).join(", ")}.`
        : `Leurs colonnes : DESCRIBE ${tables[0] ?? "table"}.`;
  return `La colonne « ${written} » n'existe pas dans ${where}. ${hint}`;
}

function columnName(name: string, table: string): KnownName {
  const expense = table === "damir_departement" || table === "damir_national";
  const label = expense
    ? variables("damir_departement").find(({ variable }) => variable === name)?.libelle
    : openDamirVariables().get(name)?.libelle;
  return { name, label: label ?? "" };
}

function unknownTable({ subject: written = "", message }: SqlFailure, columns: TableColumns): string {
  const [, candidates] = /^Referenced table "[^"]+" not found!\s*Candidate tables: (.*)/.exec(message) ?? [];
  if (candidates !== undefined) {
    const names = candidates.replaceAll('"', "");
    return `« ${written} » n'est ni une table ni un alias du FROM de cette requête, qui a : ${names}.`;
  }
  const names = [...columns.keys()].map((name) => ({ name, label: "" }));
  const near = nearestNames(written, names, 3).map(({ name }) => name);
  const hint = near.length > 0 ? `Cherchiez-vous ${near.join(" ou ")} ? ` : "";
  const tables = [...columns.keys()].filter((name) => !name.startsWith("nomenclature_"));
  return `La table « ${written} » n'existe pas. ${hint}Tables disponibles : ${tables.join(", ")}.`;
}

/** Code lists and the dictionary: not where a forgotten column is looked for. */
function isReference(table: string): boolean {
  return table.startsWith("nomenclature_") || table.startsWith("dictionnaire");
}

/** Columns of months written as numbers. */
const monthColumns = new Set(["flx_ann_moi", "sns_date"]);

/** Codes that an error names. */
const mostCodesShown = 10;

/** A text where a code is expected is often its label. */
function unconverted({ subject, message }: SqlFailure, { query, tree }: SqlContext, words: string): string {
  const column =
    tree === undefined || subject === undefined ? undefined : comparedColumn(tree, query.values, subject);
  if (tree === undefined || subject === undefined || column === undefined) {
    return wordsInFrench(message) ?? `Une valeur n'a pas la forme attendue. ${words}`;
  }
  const list = codeList(column, tableNames(tree));
  if (list === undefined && monthColumns.has(column)) {
    const [, year, month] = /^(\d{4})-(\d{2})/.exec(subject) ?? [];
    const example = year === undefined ? "202501 pour janvier 2025" : `${year}${month ?? ""}`;
    return `« ${subject} » n'est pas une valeur de « ${column} » : les mois s'y écrivent AAAAMM, en un nombre (${example}).`;
  }
  if (list === undefined) {
    return `« ${subject} » n'est pas une valeur de la colonne « ${column} », qui n'en a pas la forme. ${words}`;
  }
  const wanted = plain(subject);
  const matching = list
    .filter(({ libelle }) => plain(libelle).includes(wanted))
    .sort((one, other) => Number(other.lignes_a202401) - Number(one.lignes_a202401));
  const labels = list.map((code) => ({ ...code, name: code.libelle, label: code.libelle }));
  const alike = matching.length > 0 ? matching : nearestNames(subject, labels);
  // A short list says itself what « femme » is called in it.
  const near = alike.length > 0 || list.length > mostCodesShown ? alike : list;
  const shown = near.slice(0, mostCodesShown).map(({ code, libelle }) => `  ${code} : ${libelle}`);
  const others = near.length > shown.length ? `\n  … et ${near.length - shown.length} autres.` : "";
  return [
    `La colonne « ${column} » contient des codes, pas des libellés : « ${subject} » n'en est pas un.`,
    shown.length > 0
      ? `${alike.length > 0 ? "Codes dont le libellé correspond" : "Ses codes"} :\n${shown.join("\n")}${others}`
      : `La table nomenclature_${column} donne les codes et leurs libellés.`,
  ].join(" ");
}

function codeList(column: string, tables: ReadonlySet<string>): readonly Code[] | undefined {
  const expense = !tables.has("damir") && (tables.has("damir_departement") || tables.has("damir_national"));
  try {
    return codes(column, expense ? "damir_departement" : "damir");
  } catch (error) {
    // It has no code list, or isn't a variable of these tables.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function list(names: readonly KnownName[]): string {
  return names.map(({ name, label }) => `  ${name}${label === "" ? "" : ` : ${label}`}`).join("\n");
}
