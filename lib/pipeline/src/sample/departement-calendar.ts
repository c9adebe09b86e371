import { months } from "./calibration.js";
import { temperatureAnomalies } from "./meteo.js";

/** Months between care and reimbursement of general practice, and their shares. */
export const delays = [
  [0, 0.72],
  [1, 0.22],
  [2, 0.06],
] as const;

/**
 * Consultations of general practitioners of each département and month of reimbursement over their yearly mean: the
 * calendar, and 1.2 % more a degree below the département's mean.
 */
export function generalPracticeCalendars(): number[][] {
  const calendar = [1.04, 1.02, 1.05, 1.0, 0.98, 1.0, 0.96, 0.78, 1.0, 1.07, 1.03, 1.05];
  return temperatureAnomalies().map((anomalies) => {
    const care = (index: number) => {
      const month = index < 0 ? index + 12 : index;
      return (calendar[month % 12] ?? 1) * Math.exp(-0.012 * (anomalies[month] ?? 0));
    };
    const paid = months.map((_, index) =>
      delays.reduce((sum, [delay, part]) => sum + part * care(index - delay), 0),
    );
    return paid.map((value, index) => {
      const start = index < 12 ? 0 : 12;
      const year = paid.slice(start, start + 12).reduce((sum, other) => sum + other, 0);
      return (value * 12) / year;
    });
  });
}
