import { sortKeys } from "../open-damir-order.js";
import { readVariables } from "../variables.js";
import { months } from "./calibration.js";
import { amountsOf } from "./damir-amounts.js";
import { drawRows } from "./damir-draw.js";
import { planMonths, type MonthPlan } from "./damir-plan.js";
import { damirRow } from "./damir-rows.js";
import { Random } from "./random.js";
import type { ProjectTable, Value } from "../tables/project-table.js";

/** The synthetic Open DAMIR: 24 processing months at full scale, about 25,000 rows each. */
export function damirTable(): ProjectTable {
  const variables = readVariables();
  const names = variables.map(({ name }) => name);
  const plans = planMonths();
  return {
    name: "damir",
    title: "Open DAMIR : dépenses d'assurance maladie interrégimes (synthétique)",
    producer: "Atelier DAMIR, d'après la structure et les totaux publiés par la CNAM",
    url: "https://www.data.gouv.fr/fr/datasets/open-damir-base-complete-sur-les-depenses-dassurance-maladie-interregimes/",
    synthetic: true,
    columns: variables.map(({ name, sql }) => ({ name, sql })),
    measures: variables.filter(({ measure }) => measure).map(({ name }) => name),
    order: [...sortKeys],
    files: months.map((month, index) => ({
      name: String(month),
      month: String(month),
      rows: () => monthRows(month, plans[index], names),
    })),
  };
}

function* monthRows(
  month: number,
  plan: MonthPlan | undefined,
  names: readonly string[],
): Generator<Value[], void, undefined> {
  if (!plan) throw new Error(`No plan for ${month}`);
  const draws = drawRows(month);
  const amounts = amountsOf(draws, plan);
  const random = new Random(`rows ${month}`);
  for (const [row, draw] of draws.entries()) {
    const amount = amounts[row];
    if (!amount) throw new Error("A row without amounts");
    const values = damirRow(month, draw, amount, random);
    yield names.map((name) => values[name] ?? null);
  }
}
