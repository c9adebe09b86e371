import type { VegaRow } from "../rows.js";
import { incompleteColor, quietInk } from "../theme.js";
import type { Timeline } from "../time-points.js";

/** An axis of time whose years stand under their first month: French wherever it is drawn. */
export function timeAxis(field: string, { step }: Pick<Timeline, "step">): VegaRow {
  const label =
    step === "month"
      ? "[timeFormat(datum.value, '%b'), month(datum.value) == 0 ? timeFormat(datum.value, '%Y') : '']"
      : "[timeFormat(datum.value, date(datum.value) == 1 ? '%b' : '%e %b'), month(datum.value) == 0 && date(datum.value) == 1 ? timeFormat(datum.value, '%Y') : '']";
  return {
    field,
    type: "temporal",
    title: null,
    axis: {
      labelExpr: label,
      tickCount: step === "month" ? { interval: "month", step: 1 } : 10,
      labelOverlap: "parity",
      labelSeparation: 6,
    },
  };
}

/** The band that marks months whose care isn't all reimbursed yet. */
export function incompleteLayers(from: string, to: string): VegaRow[] {
  const data = { values: [{ debut: from, fin: to, texte: "mois incomplets" }] };
  const x = { field: "debut", type: "temporal" };
  const x2 = { field: "fin" };
  return [
    { data, mark: { type: "rect", color: incompleteColor }, encoding: { x, x2 } },
    {
      data,
      mark: {
        type: "text",
        align: "right",
        baseline: "bottom",
        y: -4,
        fontSize: 11,
        fontStyle: "italic",
        color: quietInk,
      },
      encoding: { x: { field: "fin", type: "temporal" }, text: { field: "texte" } },
    },
  ];
}
