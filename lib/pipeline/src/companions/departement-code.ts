/**
 * The code of a département as the store writes it, from the forms that producers publish: `1`, `075-Paris`, `02A-Corse-du-Sud`,
 * `971 -Guadeloupe`, `62 - Nord-Pas-de-Calais`, `5N`.
 * @returns `01`, `2A`, `971`, or undefined for what names no département (a region, `000-Ensemble`)
 */
export function departementOf(text: string): string | undefined {
  const code = /^\s*0*(\d{1,3}|2[ab]|5n)\s*(?:-.*)?$/i.exec(text)?.[1]?.toUpperCase();
  if (code === undefined || Number(code) === 0) return undefined;
  return code === "5N" ? "59" : code.padStart(2, "0");
}
