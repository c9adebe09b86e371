import { keyField } from "./choices.js";
import { composite, type LayoutOptions } from "./composite.js";
import type { Drawing } from "./drawing.js";
import { besideEachOther, linkedView, linkParam } from "./linked-views.js";
import { UserError } from "../user-error.js";

/** How a dashboard is drawn. */
export interface DashboardOptions<Name extends string = string> extends LayoutOptions {
  title: string;
  /**
   * Column that the drawings share, such as `departement`: a click on one of its marks in a drawing (capital key for several)
   * brings out the same everywhere; a click beside the marks ends the selection.
   */
  link?: string;
  /** Drawings that show only what is selected, instead of dimming the rest. Default: none. */
  filtered?: readonly Name[];
}

/**
 * Puts drawings together and links them: a territory clicked on the map stands out in the ranking and in the scatter plot.
 * It is all in the Vega-Lite specification, and works the same in a shared HTML page.
 *
 * @example
 * const departements = await damir.sql`
 *   SELECT departement, sum(population) AS habitants,
 *          100.0 * sum(population) FILTER (WHERE age_min >= 75) / sum(population) AS part_75_ans
 *   FROM population WHERE annee = 2024 GROUP BY departement`;
 * dashboard(
 *   {
 *     carte: map(departements, { title: "75 ans et plus", value: "part_75_ans", unit: "%" }),
 *     nuage: chart.scatter(departements, { title: "Taille et âge", x: "habitants", y: "part_75_ans" }),
 *   },
 *   { title: "Où vivent les plus âgés", link: "departement" },
 * );
 * @throws UserError when there are fewer than two drawings, when no drawing can be clicked, or when none of the others has the column
 */
export function dashboard<Name extends string>(
  drawings: Readonly<Record<Name, Drawing>>,
  options: DashboardOptions<NoInfer<Name>>,
): Drawing {
  const entries = Object.entries<Drawing>(drawings) as [Name, Drawing][];
  const all = entries.map(([, drawing]) => drawing);
  const { link, filtered = [] } = options;
  const unknown = filtered.find((name) => !(name in drawings));
  if (unknown !== undefined) {
    throw new UserError(
      `« ${unknown} » n'est pas un dessin du tableau de bord : ${entries.map(([name]) => name).join(", ")}.`,
    );
  }
  if (link === undefined) {
    return composite("Tableau de bord", all, options, besideEachOther(all.map(({ view }) => view)));
  }
  const field = keyField(link);
  const linked = entries.map(([name, { view }], index) =>
    linkedView(view, `vue_${index}`, field, filtered.includes(name) ? "filter" : "highlight"),
  );
  const clickable = linked.flatMap((view) => view.clickable);
  if (clickable.length === 0 || linked.filter((view) => view.linked).length < 2) {
    const without = entries.filter((_, index) => linked[index]?.linked !== true).map(([name]) => name);
    throw new UserError(
      `La colonne « ${link} » doit être dans les lignes d'au moins deux dessins, dont un qui la montre (carte, classement, nuage…). Elle manque à : ${without.join(", ") || "aucun, mais aucun ne peut être cliqué"}.`,
    );
  }
  const selection = {
    name: linkParam,
    select: { type: "point", fields: [field], toggle: "event.shiftKey", clear: false },
    views: clickable,
  };
  return composite(
    "Tableau de bord",
    all,
    options,
    linked.map(({ view }) => view),
    [selection],
  );
}
