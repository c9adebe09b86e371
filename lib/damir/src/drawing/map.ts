import { extremes, sentence } from "./alternative.js";
import { classesOf } from "./classes.js";
import { choropleth, type ValuedTerritory } from "./choropleth.js";
import { contours, type Level } from "./contours.js";
import { Drawing } from "./drawing.js";
import { framed } from "./frame.js";
import { type Drawable, vegaRows } from "./rows.js";
import { UserError } from "../user-error.js";

/** How a choropleth is drawn. */
export interface MapOptions {
  /** Territories: départements, or the region groups of Open DAMIR. Default: known from the key's column. */
  level?: Level;
  /** Column with the territory's code. Default: `departement` or `ben_res_reg`. */
  key?: string;
  /** Column with the value. Default: the only other number column. */
  value?: string;
  title: string;
  subtitle?: string;
  /** Title of the legend, with the unit. */
  legend?: string;
  /** d3 format of the values, such as `,.1f`. */
  format?: string;
  /**
   * Classes of colour: `quantile` (as many territories in each, the default), `sequential` (even steps), or `diverging`
   * around `center`.
   */
  scale?: "quantile" | "sequential" | "diverging";
  /** Middle of a diverging scale, such as the national value. */
  center?: number;
  /** Number of classes, 3 to 9. */
  classes?: number;
}

const keyColumns: Record<string, Level> = {
  departement: "departement",
  ben_res_reg: "region",
};

/** Codes that mean no territory: said under the map, never drawn. */
const unknownRegion = "99";

/**
 * Draws a choropleth of France, outre-mer and petite couronne enlarged in boxes.
 *
 * @example
 * map(await damir.sql`SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY 1`, {
 *   title: "Population par département",
 *   value: "habitants",
 *   legend: "Habitants",
 * });
 * @throws UserError when the key or the value isn't found, or when no code is a territory of the level
 */
export function map(rows: Drawable, options: MapOptions): Drawing {
  const { values: table, source } = vegaRows(rows);
  const names = new Set(table.flatMap(Object.keys));
  const key = keyColumn(options, names);
  const level = options.level ?? keyColumns[key] ?? "departement";
  const value = valueColumn(options, key, names, table);
  const byCode = valuesByCode(table, key, value);
  const { territories, insets, credit } = contours(level);
  const known = new Set(territories.features.map(({ properties }) => properties.code));
  const outside = [...byCode.keys()].filter(
    (code) => !known.has(code) && (level !== "region" || code !== unknownRegion),
  );
  if (outside.length === byCode.size) {
    throw new UserError(
      `Aucun code de la colonne « ${key} » n'est ${level === "region" ? "une région d'Open DAMIR (11, 24, … 93, 5)" : "un département (01, 2A, 971…)"} : ${outside.slice(0, 5).join(", ")}. Changez level ou key.`,
    );
  }
  const format = options.format ?? defaultFormat(byCode);
  const values = [...byCode].flatMap(([code, number]) =>
    known.has(code) && number !== null ? [number] : [],
  );
  const { scale = "quantile", center = 0 } = options;
  const classes = classesOf(
    values,
    options.classes ?? 5,
    scale === "diverging" ? { scale, center } : { scale },
    format,
  );
  const features = territories.features.map(({ geometry, properties }): ValuedTerritory => {
    const valeur = byCode.get(properties.code);
    const valued =
      valeur === null || valeur === undefined
        ? properties
        : { ...properties, valeur, classe: classes.labelOf(valeur) };
    return { type: "Feature", geometry, properties: valued };
  });
  const legend = options.legend ?? value;
  const drawn = uniqueTerritories(features);
  const without = drawn.filter(({ valeur }) => valeur === undefined).map(({ nom }) => nom);
  const notes = [
    ...(level === "region" && byCode.has(unknownRegion) ? ["hors carte : région inconnue (code 99)"] : []),
    ...(outside.length > 0 ? [`hors carte : ${outside.join(", ")}`] : []),
    ...(without.length > 0 ? [`sans donnée (gris) : ${listed(without)}`] : []),
  ];
  const alternative = [
    sentence(`Carte : ${options.title}`),
    `${drawn.length - without.length} ${level === "region" ? "régions" : "départements"}.`,
    extremes(
      legend,
      drawn.flatMap(({ nom, valeur }) => (valeur === undefined ? [] : [{ label: nom, value: valeur }])),
    ),
    ...notes.map((note) => `${note[0]?.toUpperCase() ?? ""}${note.slice(1)}.`),
    source,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
  const view = choropleth(features, insets, {
    level,
    legend,
    format,
    classes: classes.labels,
    scheme:
      scale === "diverging" ? { name: "purpleorange", extent: [0, 1] } : { name: "blues", extent: [0.15, 1] },
  });
  const foot = [source, ...notes, credit].filter((part) => part !== "").join(" · ");
  return new Drawing(
    framed(view, {
      title: options.title,
      ...(options.subtitle === undefined ? {} : { subtitle: options.subtitle }),
      source: foot,
      alternative,
    }),
    alternative,
  );
}

function keyColumn({ key }: MapOptions, names: ReadonlySet<string>): string {
  const found = key ?? Object.keys(keyColumns).find((name) => names.has(name));
  if (found !== undefined && names.has(found)) return found;
  throw new UserError(
    `La carte ne trouve pas la colonne des codes ${key === undefined ? "(departement ou ben_res_reg)" : `« ${key} »`}. Colonnes présentes : ${[...names].join(", ")}. Indiquez-la par key.`,
  );
}

function valueColumn(
  { value }: MapOptions,
  key: string,
  names: ReadonlySet<string>,
  rows: readonly Record<string, unknown>[],
): string {
  if (value !== undefined) {
    if (names.has(value)) return value;
    throw new UserError(
      `La carte demande la colonne « ${value} », que les données n'ont pas. Colonnes présentes : ${[...names].join(", ")}.`,
    );
  }
  const numeric = [...names].filter(
    (name) => name !== key && rows.some((row) => typeof row[name] === "number"),
  );
  const [only, ...others] = numeric;
  if (only !== undefined && others.length === 0) return only;
  throw new UserError(
    `La carte ne sait pas quelle colonne colorer (${numeric.join(", ") || "aucune n'est numérique"}). Indiquez-la par value.`,
  );
}

/** @throws UserError when a territory has two rows: the map would show one of them by chance */
function valuesByCode(rows: readonly Record<string, unknown>[], key: string, value: string) {
  const byCode = new Map<string, number | null>();
  for (const row of rows) {
    const code = row[key];
    if (typeof code !== "string" && typeof code !== "number") continue;
    const text = String(code);
    if (byCode.has(text)) {
      throw new UserError(
        `Le territoire ${text} a plusieurs lignes : une carte en montre une par territoire. Agrégez par ${key} (GROUP BY ${key}).`,
      );
    }
    const number = row[value];
    if (number !== null && number !== undefined && typeof number !== "number") {
      throw new UserError(`La colonne « ${value} » n'est pas numérique (territoire ${text}).`);
    }
    byCode.set(text, number ?? null);
  }
  return byCode;
}

function defaultFormat(byCode: ReadonlyMap<string, number | null>): string {
  const values = [...byCode.values()].filter((value) => value !== null);
  if (values.every(Number.isInteger)) return ",d";
  const largest = Math.max(...values.map(Math.abs));
  return largest >= 1000 ? ",.0f" : largest >= 100 ? ",.1f" : ",.2f";
}

/** The petite couronne is drawn twice, and counted once. */
function uniqueTerritories(
  features: readonly { properties: { code: string; nom: string; valeur?: number } }[],
) {
  return [...new Map(features.map(({ properties }) => [properties.code, properties])).values()];
}

function listed(names: readonly string[]): string {
  return names.length > 6
    ? `${names.slice(0, 5).join(", ")} et ${names.length - 5} autres`
    : names.join(", ");
}
