import { codeListOf, type CodeList } from "../dictionary/code-lists.js";
import type { DescribedTable, DescribedVariable } from "../dictionary/dictionary.js";
import { formatNumber } from "../french-format.js";
import type { Block, PageContent } from "./page.js";

/** Codes that a page shows of a long list. */
const shownCodes = 12;

/** Rows counted under a code are those of one month, which its list names. */
const countedIn = "lignes de janvier 2024";

/** What the dictionary says of a variable. */
export function variablePage(
  variable: DescribedVariable,
  table: DescribedTable,
  alsoIn: DescribedTable | undefined,
): PageContent {
  const { variable: name, libelle, role, type, unite, codes_inconnus, famille, annees } = variable;
  const list = variable.nomenclature === "" ? undefined : codeListOf(name, table);
  const unknown = codes_inconnus.split(" ").filter((code) => code !== "");
  const facts = [
    ...(unite === "" ? [] : [`Unité : ${unite}.`]),
    ...(unknown.length === 0 ? [] : [`Inconnu : ${unknown.join(", ")}.`]),
    annees === "toutes" ? "Publiée toutes les années." : `Publiée : ${annees}.`,
  ];
  return {
    title: `${name} : ${libelle}`,
    subtitle: `${role} de ${table}, ${type} · ${famille}`,
    blocks: [
      { kind: "paragraph", text: variable.definition },
      { kind: "paragraph", text: facts.join(" ") },
      ...listBlock("Usages", variable.usages),
      ...listBlock("Pièges", variable.pieges),
      ...(list ? [codesBlock(list, variable.nomenclature)] : []),
      { kind: "code", title: "Exemple", text: exampleQuery(variable, table) },
      ...(alsoIn
        ? [
            {
              kind: "paragraph" as const,
              text: `${alsoIn} a une variable du même nom, avec ses propres codes : describe("${alsoIn}.${name}").`,
            },
          ]
        : []),
    ],
  };
}

/** A list with its title; nothing where it is empty. */
export function listBlock(title: string, items: readonly string[]): Block[] {
  return items.length === 0 ? [] : [{ kind: "list", title, items }];
}

function codesBlock({ codes }: CodeList, nomenclature: string): Block {
  const all = [...codes.values()];
  const counted = all.some(({ lignes }) => lignes > 0);
  const first = (counted ? [...all].sort((one, other) => other.lignes - one.lignes) : all).slice(
    0,
    shownCodes,
  );
  const others = all.length - first.length;
  const title =
    others > 0
      ? `Codes (les ${first.length} ${counted ? "plus fréquents" : "premiers"} sur ${formatNumber(all.length, { decimals: 0, grouping: true })} ; tous : SELECT * FROM ${nomenclature})`
      : "Codes";
  return {
    kind: "table",
    title,
    head: ["code", "libellé", ...(counted ? [countedIn] : [])],
    rows: first.map(({ code, libelle, lignes }) => [code, libelle, ...(counted ? [rowCount(lignes)] : [])]),
  };
}

/** How many rows, as a reader sees it. */
export function rowCount(rows: number): string {
  return formatNumber(rows, { decimals: 0, grouping: true });
}

/** Measures before filtering count some expenses several times: only these types of reimbursement keep them once. */
const referenceOnly = "WHERE prs_rem_typ = 0";
const legalOnly = "WHERE prs_rem_typ IN (0, 1)";

/** A query that runs as it is and uses the variable as it should be. */
export function exampleQuery({ variable, role, famille }: DescribedVariable, table: DescribedTable): string {
  const amount = table === "damir" ? "flt_rem_mnt" : "rem_mon";
  const place = table === "damir" ? "ben_res_reg" : "departement";
  if (role !== "mesure") {
    return `SELECT ${variable}, sum(${amount}) AS rembourse\nFROM ${table}\nGROUP BY ${variable}\nORDER BY rembourse DESC\nLIMIT 10`;
  }
  const filter = famille === "Mesures brutes" ? [variable === "prs_rem_mnt" ? legalOnly : referenceOnly] : [];
  // A quantity means something within one nature only.
  const nature = /_act_|^act_/.test(variable) ? `prs_nat = ${table === "damir" ? 1110 : 1111}` : undefined;
  const where =
    nature === undefined ? filter : [filter[0] ? `${filter[0]} AND ${nature}` : `WHERE ${nature}`];
  return [
    `SELECT ${place}, sum(${variable}) AS total`,
    `FROM ${table}`,
    ...where,
    `GROUP BY ${place}`,
    "ORDER BY total DESC",
  ].join("\n");
}
