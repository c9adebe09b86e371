import { codes, postes, type Poste } from "damir";
import type { GroupedCode, Rule } from "./grouping.js";
import { frenchInteger, markdownTable, page, plain } from "./markdown.js";

/**
 * The pages of the postes de soins: their list, and one page a poste with its rules and its codes.
 * @returns by path in `docs/dictionnaire/`
 */
export function postePages(rules: readonly Rule[], grouped: readonly GroupedCode[]): Map<string, string> {
  const pages = new Map([["postes/README.md", posteIndex(grouped)]]);
  const rows = new Map(codes("prs_nat").map(({ code, lignes_a202401: count }) => [Number(code), count]));
  for (const poste of postes()) {
    const members = grouped.filter((code) => code.poste === poste.poste);
    const own = rules.filter((rule) => rule.poste === poste.poste);
    pages.set(`postes/${poste.poste}.md`, postePage(poste, own, members, rows));
  }
  return pages;
}

function posteIndex(grouped: readonly GroupedCode[]): string {
  return page(
    "<!-- Page faite par npm run dictionary : corrigez data/dictionary/. -->",
    "# Les postes de soins",
    `Les ${frenchInteger(grouped.length)} natures de prestation (PRS_NAT) que citent les dictionnaires d'Open DAMIR et des tables R, rangées en ${postes().length} postes. Chaque code est dans un poste et un seul ; la raison est écrite à côté. Un poste suit une prestation dans le temps, quand ses codes changent : additionnez un poste, pas un code.`,
    "`role` dit ce qu'une ligne est à son poste. Seul un `acte` se compte comme un acte (`acte_de_base`) ; une `majoration` s'ajoute à un acte, à un produit ou à un séjour, une `participation` est demandée au patient (son remboursement est négatif quand elle se retranche). `unite` dit ce que compte la quantité, et reste vide quand rien ne l'établit.",
    "```sql\nSELECT postes.libelle, sum(flt_rem_mnt) AS rembourse, sum(flt_act_qte) FILTER (WHERE acte_de_base) AS actes\nFROM damir JOIN prs_nat_postes ON code = prs_nat JOIN postes USING (poste)\nGROUP BY postes.libelle, ordre ORDER BY ordre\n```",
    "La table se lit et se corrige dans `data/dictionary/` : `postes.csv` (les postes), `postes-regles.csv` (les règles), `prs_nat-postes.csv` (code par code, faite depuis les règles).",
    markdownTable(
      ["Catégorie", "Poste", "`poste`", "Ce qu'il contient", "Codes"],
      postes().map(({ poste, libelle, categorie, definition }) => [
        categorie,
        `[${libelle}](${poste}.md)`,
        `\`${poste}\``,
        plain(definition),
        frenchInteger(grouped.filter((code) => code.poste === poste).length),
      ]),
    ),
    "[Le dictionnaire](../README.md)",
  );
}

function postePage(
  { poste, libelle, categorie, definition }: Poste,
  rules: readonly Rule[],
  members: readonly GroupedCode[],
  rows: ReadonlyMap<number, string>,
): string {
  return page(
    "<!-- Page faite par npm run dictionary : corrigez data/dictionary/. -->",
    `# ${libelle}`,
    `Poste \`${poste}\`, catégorie « ${categorie} ». ${plain(definition)}`,
    "## Règles",
    markdownTable(
      ["Codes", "Rôle", "Unité", "Raison"],
      rules.map((rule) => [rule.codes, rule.role, rule.unite, plain(rule.raison)]),
    ),
    `## Codes (${members.length})`,
    markdownTable(
      ["PRS_NAT", "Libellé", "Rôle", "Lignes d'A202401"],
      members.map(({ code, libelle: label, role }) => {
        const count = rows.get(code) ?? "";
        return [String(code), plain(label), role, count === "" ? "" : frenchInteger(Number(count))];
      }),
    ),
    "[Tous les postes](README.md)",
  );
}
