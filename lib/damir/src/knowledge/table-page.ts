import { variables } from "../dictionary/dictionary.js";
import type { Engine } from "../engine/engine.js";
import { columnLabel } from "../dictionary/column-labels.js";
import type { PageContent } from "./page.js";
import { rowCount } from "./variable-page.js";

/** Columns that a page shows of a table: all but of a very wide one. */
const shownColumns = 80;

/** What is known of a table of a connection: where it comes from, how much of it there is, its columns. */
export async function tablePage(
  engine: Pick<Engine, "tables" | "columns">,
  name: string,
): Promise<PageContent> {
  const description = engine.tables.get(name);
  const columns = (await engine.columns()).get(name) ?? [];
  const files = description?.files ?? [];
  const months = files.flatMap(({ month }) => month ?? []).sort();
  const facts = [
    ...(description?.producer ? [`Producteur : ${description.producer}.`] : []),
    ...(description?.licence ? [`Licence : ${description.licence}.`] : []),
    ...(description?.updated ? [`Mise à jour : ${description.updated}.`] : []),
    `${rowCount(files.reduce((sum, { rows }) => sum + rows, 0))} lignes${months.length > 0 ? `, ${months.length} mois de ${months[0] ?? ""} à ${months.at(-1) ?? ""}` : ""}.`,
  ];
  const described = name === "damir" || name === "damir_departement";
  return {
    title: `${name} : ${description?.title ?? ""}`,
    subtitle: `table, ${columns.length} colonnes${description?.synthetic ? " · DONNÉES SYNTHÉTIQUES, à ne pas publier" : ""}`,
    blocks: [
      { kind: "paragraph", text: facts.join(" ") },
      ...(description?.url ? [{ kind: "paragraph" as const, text: description.url }] : []),
      {
        kind: "table",
        title: "Colonnes",
        head: ["colonne", "libellé", "type"],
        rows: columns
          .slice(0, shownColumns)
          .map((column) => [column.name, columnLabel(name, column.name) ?? "", column.type]),
      },
      { kind: "code", title: "Exemple", text: `SELECT * FROM ${name} LIMIT 10` },
      ...(described
        ? [
            {
              kind: "paragraph" as const,
              text: `Chaque variable a sa page : describe("${variables(name)[0]?.variable ?? ""}").`,
            },
          ]
        : []),
    ],
  };
}
