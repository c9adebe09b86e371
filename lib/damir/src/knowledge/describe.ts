import { candidateLists, codeListOf, type CodeList } from "../dictionary/code-lists.js";
import { variables, type DescribedTable } from "../dictionary/dictionary.js";
import { postes } from "../dictionary/postes.js";
import type { Engine } from "../engine/engine.js";
import { nearestNames } from "../query/nearest-names.js";
import { UserError } from "../user-error.js";
import { codePage } from "./code-page.js";
import { Page } from "./page.js";
import { searchIndex } from "./search.js";
import { tablePage } from "./table-page.js";
import { variablePage } from "./variable-page.js";
import { folded } from "./words.js";

const describedTables = ["damir", "damir_departement"] as const;

/**
 * The page of the dictionary about a variable (definition, uses, traps, unit, unknown codes, its codes with the most rows, an example),
 * one of its codes (label, former label, poste, role, unit) or a poste de soins. `damir.describe` knows the tables of the connection too.
 *
 * @param name a variable, in either case; with its table where both have it: `damir_departement.prs_nat`
 * @param code one of its codes
 * @param engine tables of a connection, which `damir.describe` gives
 * @example
 * describe("prs_nat", 1110);
 * @throws UserError when there is nothing of that name, with those that look like it
 */
export function describe(
  name: string,
  code?: string | number,
  engine?: Pick<Engine, "tables" | "columns">,
): Page {
  if (typeof name !== "string" || name.trim() === "") {
    throw new UserError(
      'Dites quoi décrire : describe("prs_nat"), describe("prs_nat", 1110), describe("consultations").',
    );
  }
  const wanted = folded(name.trim());
  const [, table, column] = /^(damir|damir_departement)\.(\w+)$/.exec(wanted) ?? [];
  if (code !== undefined) return describeCode(column ?? wanted, table, String(code));
  const owners = describedTables.filter(
    (owner) => (table === undefined || table === owner) && variableOf(column ?? wanted, owner),
  );
  const [owner] = owners;
  const variable = owner && variableOf(column ?? wanted, owner);
  if (variable) {
    const other = describedTables.find((one) => one !== owner && variableOf(variable.variable, one));
    return new Page(variablePage(variable, owner, other));
  }
  if (engine?.tables.has(wanted)) return new Page(() => tablePage(engine, wanted));
  if (engine?.tables.has(name)) return new Page(() => tablePage(engine, name));
  if (postes().some(({ poste }) => poste === wanted)) return describeCode("poste", undefined, wanted);
  throw new UserError(
    `Le dictionnaire ne connaît pas « ${name} »${engine ? "" : " (sans connexion, il ne décrit que variables, codes et postes : damir.describe décrit aussi les tables)"}. ${nearest(name, engine)}`,
  );
}

function variableOf(name: string, table: DescribedTable) {
  return variables(table).find(({ variable }) => variable === name);
}

function describeCode(variable: string, table: string | undefined, code: string): Page {
  const lists =
    table === undefined
      ? candidateLists(variable)
      : [codeListOf(variable, table)].filter((list) => list !== undefined);
  if (lists.length === 0) {
    throw new UserError(`« ${variable} » n'a pas de liste de codes. ${nearest(variable)}`);
  }
  for (const list of lists) {
    const page = codePage(list, code);
    if (page) return new Page(page);
  }
  throw new UserError(`« ${code} » n'est pas un code de ${variable}. ${nearestCodes(lists, code)}`);
}

/** What looks like it: a name a few letters away, else what one would find by searching for it. */
function nearest(name: string, engine?: Pick<Engine, "tables">): string {
  const known = describedTables.flatMap((table) =>
    variables(table).map(({ variable, libelle }) => ({ name: variable, label: libelle })),
  );
  const spelled = nearestNames(name, [...new Map(known.map((one) => [one.name, one])).values()], 3);
  const found = searchIndex(engine?.tables)
    .find(name, ({ sorte }) => sorte !== "code")
    .slice(0, 5);
  const names = [
    ...new Set([
      ...spelled.map(({ name: nom, label }) => `${nom} (${label})`),
      ...found.map(({ nom, libelle }) => `${nom} (${libelle})`),
    ]),
  ].slice(0, 5);
  if (names.length === 0) return `Cherchez par mots : search("${name}").`;
  return `Cherchiez-vous ${names.join(", ")} ? search("${name}") en cherche d'autres.`;
}

function nearestCodes(lists: readonly CodeList[], code: string): string {
  const words = folded(code);
  const found = lists
    .flatMap(({ codes }) => [...codes.values()])
    .filter(({ code: one, libelle }) => one.startsWith(code) || folded(libelle).includes(words))
    .slice(0, 5);
  if (found.length > 0) {
    return `Cherchiez-vous ${found.map((one) => `${one.code} (${one.libelle})`).join(", ")} ?`;
  }
  const [list] = lists;
  const first = [...(list?.codes.values() ?? [])].slice(0, 5);
  return `Les premiers : ${first.map((one) => `${one.code} (${one.libelle})`).join(", ")}.`;
}
