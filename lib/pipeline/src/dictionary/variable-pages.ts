import { codes, variables, type Code, type DescribedTable, type DescribedVariable } from "damir";
import { frenchInteger, markdownTable, page, plain } from "./markdown.js";

/** Titles of the described tables. */
export const tableTitles: Readonly<Record<DescribedTable, string>> = {
  damir: "Open DAMIR",
  damir_departement: "Tables R (régime général, par département)",
};

const roles: Readonly<Record<string, string>> = {
  temps: "temps",
  dimension: "dimension (on groupe)",
  mesure: "mesure (on additionne)",
  taux: "taux (on groupe, on n'additionne pas)",
};

/** One page a variable of a table, by path in `docs/dictionnaire/`. */
export function variablePages(table: DescribedTable): Map<string, string> {
  return new Map(variables(table).map((variable) => [path(table, variable), variablePage(table, variable)]));
}

/** The table of a table's variables, by family, with links from the index. */
export function variableIndex(table: DescribedTable): string {
  const families = new Map<string, DescribedVariable[]>();
  for (const variable of variables(table)) {
    families.set(variable.famille, [...(families.get(variable.famille) ?? []), variable]);
  }
  return [...families]
    .map(([family, members]) =>
      page(
        `### ${family}`,
        markdownTable(
          ["Variable", "Libellé", "Rôle", "Unité", "Années"],
          members.map((variable) => [
            `[\`${variable.variable}\`](${path(table, variable)})`,
            plain(variable.libelle),
            variable.role,
            variable.unite,
            variable.annees,
          ]),
        ),
      ).trimEnd(),
    )
    .join("\n\n");
}

function path(table: DescribedTable, { variable }: DescribedVariable): string {
  return `${table}/${variable}.md`;
}

function variablePage(table: DescribedTable, variable: DescribedVariable): string {
  const { variable: name, libelle, role, type, unite, codes_inconnus: unknown, nomenclature } = variable;
  return page(
    `<!-- Page faite par npm run dictionary : corrigez data/dictionary/. -->`,
    `# \`${name}\` : ${plain(libelle)}`,
    variable.definition,
    markdownTable(
      ["Table", "Rôle", "Type SQL", "Unité", "Codes « inconnu »", "Nomenclature", "Années"],
      [
        [
          `\`${table}\``,
          roles[role] ?? role,
          `\`${type}\``,
          unite,
          unknown === "" ? "aucun" : unknown.split(" ").join(", "),
          nomenclature === "" ? "aucune" : `\`${nomenclature}\``,
          variable.annees,
        ],
      ],
    ),
    section("Usage", variable.usages),
    section("Pièges", variable.pieges),
    nomenclature === "" ? "" : codeSection(table, name),
    `[Toutes les variables](../README.md)`,
  );
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0
    ? ""
    : `## ${title}\n\n${items.map((item) => `- ${capitalized(item)}`).join("\n")}`;
}

/** Notes follow « Usage : » where they are written, and stand alone in a page. */
function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase("fr") + text.slice(1);
}

/** Lists longer than this are read by poste de soins. */
const longest = 400;

function codeSection(table: DescribedTable, name: string): string {
  const list = codes(name, table);
  const title = `## Codes (${frenchInteger(list.length)})`;
  if (list.length > longest) {
    return `${title}\n\nIls sont rangés par [poste de soins](../postes/README.md), et tous dans \`data/dictionary/codes/${name}.csv\`.`;
  }
  const columns = codeColumns.filter(({ of }) => list.some((code) => of(code) !== ""));
  return page(
    title,
    markdownTable(
      columns.map(({ header }) => header),
      list.map((code) => columns.map(({ of }) => of(code))),
    ),
    list.some(({ lignes_a202401: rows }) => rows !== "")
      ? "« Lignes » compte les lignes du fichier A202401 (janvier 2024) qui portent le code ; vide : aucune."
      : "",
  ).trimEnd();
}

const codeColumns: readonly { header: string; of: (code: Code) => string }[] = [
  { header: "Code", of: ({ code }) => code },
  { header: "Libellé", of: ({ libelle }) => plain(libelle) },
  { header: "Depuis", of: ({ libelle_depuis: since }) => since },
  { header: "Autre libellé", of: ({ autre_libelle: other }) => plain(other) },
  { header: "Note", of: ({ note }) => plain(note) },
  { header: "Éditions du dictionnaire", of: ({ editions }) => editions.split(" ").join(", ") },
  {
    header: "Lignes",
    of: ({ lignes_a202401: rows }) => (rows === "" ? "" : frenchInteger(Number(rows))),
  },
];
