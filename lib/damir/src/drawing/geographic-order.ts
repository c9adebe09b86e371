import { contours, type Level } from "./contours.js";

/** Levels of the columns that hold territories, by name. */
export const levelColumns: Readonly<Record<string, Level>> = {
  departement: "departement",
  region: "region",
  ben_res_reg: "ben_res_reg",
  org_cle_reg: "ben_res_reg",
  exe_ins_reg: "ben_res_reg",
  pre_ins_reg: "ben_res_reg",
  ete_reg_cod: "ben_res_reg",
  etp_reg_cod: "ben_res_reg",
};

/**
 * The territories of a level as a map is read: rows from north to south, each from west to east; the outre-mer last.
 * @param perRow territories on a row
 */
export function geographicOrder(level: Level, perRow: number): string[] {
  const { middles, outreMer } = contours(level);
  const placed = [...middles].map(([code, middle]) => ({ code, middle }));
  const metropole = placed
    .filter(({ code }) => !outreMer.has(code))
    .sort((a, b) => a.middle[1] - b.middle[1]);
  const rows: (typeof metropole)[] = [];
  for (let start = 0; start < metropole.length; start += perRow)
    rows.push(metropole.slice(start, start + perRow));
  return [
    ...rows.flatMap((row) => row.sort((a, b) => a.middle[0] - b.middle[0])),
    ...placed.filter(({ code }) => outreMer.has(code)),
  ].map(({ code }) => code);
}
