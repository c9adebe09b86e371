import { UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import { ofName } from "../french-count.js";

/** Months from one to another, both included, as `AAAA-MM`. */
export interface Period {
  from: string;
  to: string;
}

const month = String.raw`(\d{4})(?:-?(0[1-9]|1[0-2]))?`;
const period = new RegExp(`^${month}(?:\\.\\.${month})?$`);

/** True for what people type as a period: it begins with a year. */
export function looksLikePeriod(word: string): boolean {
  return /^\d{4}/.test(word);
}

/**
 * Reads a period: `2024-03`, `202403`, `2024`, `2024-01..2024-12`, `2022..2024`.
 * @throws UserError when it isn't one
 */
export function periodFromText(text: string): Period {
  const [, fromYear, fromMonth, toYear, toMonth] = period.exec(text) ?? [];
  if (fromYear === undefined) {
    throw new UserError(
      `« ${text} » n'est pas une période. Écrivez un mois (2024-03), une année (2024) ou un intervalle (2024-01..2024-12).`,
    );
  }
  const [year, lastMonth] = toYear === undefined ? [fromYear, fromMonth] : [toYear, toMonth];
  const read = { from: `${fromYear}-${fromMonth ?? "01"}`, to: `${year}-${lastMonth ?? "12"}` };
  if (read.from > read.to) throw new UserError(`La période ${text} finit avant de commencer.`);
  return read;
}

/** The months of some periods, `AAAA-MM`, in order and once each. */
export function monthsOf(periods: readonly Period[]): string[] {
  const months = new Set<string>();
  for (const { from, to } of periods) {
    for (let at = from; at <= to; at = monthAfter(at)) months.add(at);
  }
  return [...months].sort();
}

/** The years of some months, `AAAA`, in order and once each. */
export function yearsOf(months: readonly string[]): string[] {
  return [...new Set(months.map((of) => of.slice(0, 4)))].sort();
}

/** The month now, `AAAA-MM`. */
export function monthNow(now: Date): string {
  return now.toISOString().slice(0, 7);
}

/**
 * What was asked of a dataset, as months; undefined when everything was.
 * @throws UserError when the dataset needs a period or takes none, or when the period is out of its time
 */
export function wantedMonths(dataset: Dataset, periods: readonly Period[], now: Date): string[] | undefined {
  const { id, periode } = dataset;
  if (periode.pas === "aucune") {
    if (periods.length === 0) return undefined;
    throw new UserError(`${id} se télécharge en entier, sans période : damir data pull ${id}`);
  }
  if (periods.length === 0) {
    if (!periode.obligatoire) return undefined;
    throw new UserError(
      `Dites quels mois ${ofName(id)} télécharger, par exemple : damir data pull ${id} 2024-01..2024-12`,
    );
  }
  const last = monthNow(now);
  // A year stands for its months that have come.
  const months = monthsOf(periods).filter(
    (of) => of >= periode.debut && of <= (periode.pas === "annee" ? `${last.slice(0, 4)}-12` : last),
  );
  if (months.length === 0) {
    throw new UserError(
      `${id} n'a rien sur cette période : ses données vont de ${periode.debut} à aujourd'hui.`,
    );
  }
  return months;
}

function monthAfter(of: string): string {
  const [year = 0, number = 0] = of.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}
