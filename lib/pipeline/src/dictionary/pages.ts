import { join } from "node:path";
import { dataFolder, projectRoot } from "damir";
import { groupCodes, groupingCsv, readPrestationLabels, readRules } from "./grouping.js";
import { page } from "./markdown.js";
import { postePages } from "./poste-pages.js";
import { tableTitles, variableIndex, variablePages } from "./variable-pages.js";

/** Folder of the generated pages. */
export const pagesFolder = join(projectRoot, "docs", "dictionnaire");

/** Everything that is made from what a person writes in `data/dictionary/`, by absolute path. */
export function dictionaryFiles(): Map<string, string> {
  const rules = readRules();
  const grouped = groupCodes(rules, readPrestationLabels());
  const pages = new Map([
    ["README.md", index()],
    ...variablePages("damir"),
    ...variablePages("damir_departement"),
    ...postePages(rules, grouped),
  ]);
  return new Map([
    [join(dataFolder, "dictionary", "prs_nat-postes.csv"), groupingCsv(grouped)],
    ...[...pages].map(([path, text]): [string, string] => [join(pagesFolder, path), text]),
  ]);
}

function index(): string {
  return page(
    "<!-- Page faite par npm run dictionary : corrigez data/dictionary/. -->",
    "# Le dictionnaire",
    "Ce que veut dire chaque variable, chaque code et chaque poste de soins. Pour comprendre d'abord ce qu'est une ligne, lisez le [guide](../guide/README.md).",
    "Dans l'atelier, les mêmes pages sont des tables : `dictionnaire`, `dictionnaire_departement`, `nomenclature_…`, `postes`, `prs_nat_postes`.",
    "- [Les postes de soins](postes/README.md) : les natures de prestation regroupées.",
    `## ${tableTitles.damir}`,
    variableIndex("damir"),
    `## ${tableTitles.damir_departement}`,
    "La table `damir_national` (tables N) a les mêmes variables, sauf celles du bénéficiaire. Elle compte les mêmes dépenses : ne l'additionnez pas à `damir_departement`.",
    variableIndex("damir_departement"),
  );
}
