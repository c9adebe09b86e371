import { listed } from "./alternative.js";
import type { Level } from "./contours.js";
import type { VegaRow } from "./rows.js";
import { UserError } from "../user-error.js";

/** The value of a territory, null where it is missing. */
export interface TerritoryValue {
  code: string;
  number: number | null;
  row: VegaRow;
}

/** Code of an unknown region in Open DAMIR: said under the map, never drawn. */
const unknownRegion = "99";

/**
 * The value of each territory, by the code of its column.
 * @throws UserError when a territory has two rows (the map would show one of them by chance), or a value isn't a number
 */
export function territoryValues(
  rows: readonly VegaRow[],
  { key, value, level }: { key: string; value: string; level: Level },
): TerritoryValue[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const code = row[key];
    if (typeof code !== "string" && typeof code !== "number") return [];
    // INSEE's codes of régions overseas begin with a zero, which a number loses; those of départements are never numbers.
    const text = level === "region" ? String(code).padStart(2, "0") : String(code);
    if (seen.has(text)) {
      throw new UserError(
        `Le territoire ${text} a plusieurs lignes : une carte en montre une par territoire. Agrégez par ${key} (GROUP BY ${key}).`,
      );
    }
    seen.add(text);
    const number = row[value] ?? null;
    if (number !== null && typeof number !== "number") {
      throw new UserError(`La colonne « ${value} » n'est pas numérique (territoire ${text}).`);
    }
    return [{ code: text, number, row }];
  });
}

/** What to say of the codes that the map has no place for. */
export function unknownCodes(
  values: readonly TerritoryValue[],
  names: ReadonlyMap<string, string>,
  written: (value: number) => string,
): string[] {
  const outside = [...new Set(values.map(({ code }) => code))].filter((code) => !names.has(code));
  const unknown = values.find(({ code }) => code === unknownRegion)?.number;
  const others = outside.filter((code) => code !== unknownRegion);
  return [
    ...(outside.includes(unknownRegion)
      ? [`hors carte : région inconnue (code 99)${unknown == null ? "" : `, ${written(unknown)}`}`]
      : []),
    ...(others.length > 0 ? [`hors carte : ${listed(others)}`] : []),
  ];
}
