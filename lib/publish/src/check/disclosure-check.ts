import type { Finding, NotebookCell } from "./check-report.js";
import { carriedRows } from "./outputs-read.js";

/** Names of columns that count acts, people or professionals, as the tables and their labels have them. */
const countName =
  /^(flt_act_qte|prs_act_qte|flt_act_nbr|prs_act_nbr|act_dnb)$|\bactes?\b|\bpatients?\b|\bbénéficiaires?\b|\bbeneficiaires?\b|\beffectifs?\b|\bmédecins?\b|\bmedecins?\b|\bspécialistes?\b|\bspecialistes?\b|^n$|^nombre/i;

/** A rate, a share or a mean bears the name of what it is made of. */
const rateName = /\b(taux|part|pour|par|moyen(ne)?|cout|coût|densit[eé]|habitants?|indice|montant|ratio)\b/i;

/** Open data on health-care don't publish counts from 1 to 10. */
const threshold = 11;

/**
 * Small counts in what the page will really show: the rows of tables (those of later pages too) and the data of charts and maps.
 * DAMIR counts acts, not people, so that this warns, and refuses nothing.
 */
export function checkDisclosure(cells: readonly NotebookCell[]): Finding[] {
  return cells.flatMap((cell, index) => {
    const small = new Map<string, number>();
    for (const { where, columns, rows } of carriedRows(cell)) {
      columns.forEach((name, column) => {
        const words = name.replaceAll("_", " ");
        if (!(countName.test(name) || countName.test(words)) || rateName.test(words)) return;
        const counts = rows.map((row) => Number(row[column] ?? NaN));
        // A column with decimals holds no counts.
        if (!counts.every((count) => Number.isNaN(count) || Number.isInteger(count))) return;
        const found = counts.filter((count) => count > 0 && count < threshold).length;
        const what = `${where} montre des effectifs de 1 à ${threshold - 1} (colonne « ${name} »`;
        if (found > 0) small.set(what, Math.max(found, small.get(what) ?? 0));
      });
    }
    return [...small].map(([what, found]): Finding => ({
      severity: "avertissement",
      rule: "petits-effectifs",
      cell: index + 1,
      text: `${what}, ${found} ligne${found > 1 ? "s" : ""}).`,
      remedy:
        "Si ce sont des actes ou des personnes, cachez-les (fonction disclosure) ou regroupez des lignes avant de publier.",
    }));
  });
}
