import type { Source } from "../query/provenance.js";
import { monthPoint } from "./time-points.js";

/**
 * How many of the last months of care are incomplete. A month's care is reimbursed over the months that follow: of a month's
 * reimbursements, 62 % are for care of the same month in A202501. With the delays of the synthetic sample, a month of care
 * is known at 68 % at the end of its own month of processing, 88 % one month later, 93 % two, 95 % three.
 */
export const incompleteMonths = 3;

/** What a form says of the delay of care. */
export interface CareLagOptions {
  /**
   * How many of the last months are incomplete, counted back from the last month of processing: they are shaded and dashed, and
   * left out of the trend. Default: 3 for months of care (column `mois_soins`, `sns_date`…), 0 for months of processing.
   */
  lag?: number;
  /** Last month of processing that the query read, `AAAAMM`. Default: the last one of the tables it read, else the last of its rows. */
  lastProcessing?: number;
}

/**
 * The first month, as a point of a monthly timeline, that isn't complete.
 * @param last the last month of the rows: stands for the last month of processing where the sources don't tell it
 */
export function firstIncomplete(
  { lag, lastProcessing }: CareLagOptions,
  care: boolean,
  sources: readonly Source[],
  last: number,
): number {
  const months = lag ?? (care ? incompleteMonths : 0);
  if (months === 0) return Infinity;
  const known = sources.flatMap(({ lastMonth }) => lastMonth ?? []).sort();
  // Of several tables, the one that stops first is the one that lacks the last months.
  const processed = lastProcessing ?? known[0];
  return (processed === undefined ? last : monthPoint(processed)) - months + 1;
}
