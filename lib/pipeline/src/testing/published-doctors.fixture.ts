import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dreesSheet, workbook } from "../companions/companions.fixture.js";
import { rowsOf, type PublishedForm } from "./published-form.fixture.js";

/** DREES's workbook of the RPPS: a column a year, totals in every dimension. */
export async function writeDoctors({ connection, table, folder }: PublishedForm): Promise<string[]> {
  const rows = await rowsOf<{
    departement: string;
    groupe: string;
    specialite: string;
    exercice: string;
    annees: number[];
    effectifs: number[];
  }>(
    connection,
    `WITH annees AS (SELECT DISTINCT annee FROM ${table("medecins")}),
       lignes AS (SELECT DISTINCT departement, specialite, mode_exercice FROM ${table("medecins")}),
       rangs AS (SELECT specialite, row_number() OVER (ORDER BY specialite) AS rang
         FROM (SELECT DISTINCT specialite FROM lignes) AS specialites)
     SELECT lpad(l.departement, 3, '0') || '-' || d.nom AS departement,
       CASE l.specialite WHEN 'Médecine générale' THEN '01-Médecine générale' ELSE '02-Spécialités' END AS groupe,
       CASE l.specialite WHEN 'Médecine générale' THEN '01-Médecine générale'
         ELSE format('{:02d}-{}', rang + 1, l.specialite) END AS specialite,
       CASE l.mode_exercice WHEN 'Libéral exclusif' THEN '1-' WHEN 'Mixte' THEN '2-' WHEN 'Salarié hospitalier' THEN '3-' ELSE '4-' END
         || l.mode_exercice AS exercice,
       list(annees.annee::INTEGER ORDER BY annees.annee) AS annees, list(coalesce(m.effectif, 0)::INTEGER ORDER BY annees.annee) AS effectifs
     FROM lignes l CROSS JOIN annees JOIN rangs ON rangs.specialite = l.specialite JOIN ${table("departements")} d ON d.departement = l.departement
       LEFT JOIN ${table("medecins")} m ON (m.departement, m.specialite, m.mode_exercice, m.annee)
         = (l.departement, l.specialite, l.mode_exercice, annees.annee)
     GROUP BY ALL ORDER BY ALL`,
  );
  const years = rows[0]?.annees ?? [];
  const path = join(folder, `Médecins RPPS 2012-${years.at(-1) ?? ""}.xlsx`);
  writeFileSync(
    path,
    workbook({ "Lisez-moi": [["Sources : RPPS, DREES"]], Effectifs: dreesSheet(rows, years) }),
  );
  return [path];
}
