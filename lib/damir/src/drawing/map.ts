import { extremes, joined, listed, sentence } from "./alternative.js";
import { choicesOf, keysOf, type Choice } from "./choices.js";
import { classesOf, writtenBy, type Cut } from "./classes.js";
import { columnNames, namedColumn, numberAt, valueColumn } from "./columns-drawn.js";
import { contours, type Level } from "./contours.js";
import { Drawing } from "./drawing.js";
import { levelColumns } from "./geographic-order.js";
import { choroplethLayers, circleLayers, insetLayers, missingLayers, type MapLook } from "./map-layers.js";
import { quantityOf, type Quantity, type QuantityOptions } from "./quantity.js";
import { vegaRows, type Drawable, type VegaRow } from "./rows.js";
import { weightedMean } from "../statistics/weighted-mean.js";
import { territoryValues, unknownCodes } from "./territory-values.js";
import { schemes, sizeSteps } from "./theme.js";
import { UserError } from "../user-error.js";
import { mapProjection, mapSize, zoomParams } from "./zoom.js";

/** How a map is drawn. */
export interface MapOptions extends QuantityOptions {
  /** Colours of territories, for rates and shares (the default), or circles whose area is proportional, for amounts and counts. */
  style?: "choropleth" | "circles";
  /** Territories: départements, INSEE's régions, or region groups of Open DAMIR. Default: known from the key's column. */
  level?: Level;
  /** Column with the territory's code. Default: `departement`, `region`, `ben_res_reg` or another region of Open DAMIR. */
  key?: string;
  /** Column with the value. Default: the only other number column. */
  value?: string;
  title: string;
  subtitle?: string;
  /** d3 format of the values, such as `,.1f`. Default: what suits their size. */
  format?: string;
  /**
   * Classes of colour: `quantile` (as many territories in each, the default), `sequential` (even steps), or `diverging`
   * around `center`.
   */
  scale?: "quantile" | "sequential" | "diverging";
  /** Middle of a diverging scale. Default: the national value where `weight` gives it, else 0 where values have both signs. */
  center?: number;
  /** Column of the denominators of a rate, such as inhabitants: the mean that they weigh is the national value, said under the map. */
  weight?: string;
  /** Number of classes, 3 to 9. Default: 5, or 7 for a diverging scale. */
  classes?: number;
  /** Drop-downs and sliders under the map: each shows the rows of one value of its column. */
  choices?: readonly Choice[];
  /** Whether the reader can zoom and move the map. Default: true. */
  zoom?: boolean;
  /** Width of the map in pixels, its legend left out. Default: 560; about 400 side by side. */
  width?: number;
}

const levelNames: Readonly<Record<Level, { one: string; many: string; codes: string }>> = {
  departement: { one: "Département", many: "départements", codes: "un département (01, 2A, 971…)" },
  region: { one: "Région", many: "régions", codes: "une région de l'INSEE (84, 93, 94… 01)" },
  ben_res_reg: { one: "Région", many: "régions", codes: "une région d'Open DAMIR (11, 24, … 93, 5)" },
};

/**
 * Draws a map of France, outre-mer and petite couronne enlarged in boxes. Territories without data are hatched.
 *
 * @example
 * map(
 *   await damir.sql`
 *     SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY departement`,
 *   { title: "Population par département", legend: "Habitants", style: "circles" },
 * );
 * @throws UserError when the key or the value isn't found, when a territory has several rows, or when no code is a territory
 */
export function map(rows: Drawable, options: MapOptions): Drawing {
  const { values: table, source, notes: known } = vegaRows(rows);
  const key = keyColumn(options, table);
  const level = options.level ?? levelColumns[key] ?? "departement";
  const choices = choicesOf(table, options.choices);
  const { weight, style = "choropleth" } = options;
  const value = valueColumn(table, options.value, [
    key,
    ...choices.columns,
    ...(weight === undefined ? [] : [weight]),
  ]);
  const { shapes, middles, insets: boxes, symbolInset, credit } = contours(level);
  const insets = options.style === "circles" && symbolInset ? [...boxes, symbolInset] : boxes;
  const names = new Map(shapes.map(({ properties }) => [properties.code, properties.nom]));
  const located = choices.groups(table).flatMap((group) => territoryValues(group, { key, value, level }));
  const placed = located.filter(({ code }) => names.has(code));
  if (placed.length === 0) {
    throw new UserError(
      `Aucun code de la colonne « ${key} » n'est ${levelNames[level].codes} : ${listed([...new Set(located.map(({ code }) => code))])}. Changez level ou key.`,
    );
  }
  const numbers = placed.flatMap(({ number }) => number ?? []);
  const quantity = written(quantityOf(value, numbers, options), numbers, options.format);
  if (style === "circles" && numbers.some((number) => number < 0)) {
    throw new UserError(
      `« ${value} » a des valeurs négatives : un cercle n'a pas d'aire négative. Prenez style: "choropleth" et scale: "diverging".`,
    );
  }
  const first = new Set(choices.first(table));
  const national =
    weight === undefined ? undefined : nationalValue([...first], value, namedColumn(table, "weight", weight));
  const cut = cutOf(options, numbers, national);
  const count = options.classes ?? (cut.scale === "diverging" ? 7 : 5);
  const classes = classesOf(numbers, count, cut, (number) => quantity.label(number));
  const keys = [
    ...new Set([
      key,
      ...columnNames(table).filter((name) => table.some((row) => typeof row[name] === "string")),
      ...choices.columns,
    ]),
  ];
  const values = placed.flatMap(({ code, number, row }) => {
    const [x = 0, y = 0] = middles.get(code) ?? [];
    return number === null
      ? []
      : [
          {
            ...keysOf(row, keys),
            code,
            nom: names.get(code) ?? code,
            valeur: number,
            texte: quantity.full(number),
            ...(style === "circles" ? { x, y } : { classe: classes.labelOf(number) }),
          },
        ];
  });
  const groups = choices.groups(table).length;
  const counted = new Map<string, number>();
  for (const { code } of values) counted.set(code, (counted.get(code) ?? 0) + 1);
  const missing = shapes.filter(({ properties }) => (counted.get(properties.code) ?? 0) < groups);
  const look: MapLook = {
    territory: levelNames[level].one,
    legend: quantity.legend,
    title: quantity.title,
    outline: level === "departement" ? 0.6 : 1,
  };
  const shown = placed.flatMap(({ code, number, row }) =>
    first.has(row) && number !== null ? [{ label: names.get(code) ?? code, value: number }] : [],
  );
  const absent = shapes.filter(({ properties: { nom } }) => !shown.some(({ label }) => label === nom));
  const outside = unknownCodes(
    located.filter(({ row }) => first.has(row)),
    names,
    (number) => quantity.short(number),
  );
  const notes = [
    ...known,
    ...(national === undefined
      ? []
      : [`valeur nationale : ${written(quantity, [national], options.format).short(national)}`]),
    ...outside,
    ...(absent.length > 0
      ? [
          `sans donnée (hachures) : ${listed(absent.map(({ properties }) => properties.nom).sort((a, b) => a.localeCompare(b, "fr")))}`,
        ]
      : []),
  ];
  const layers =
    style === "circles"
      ? circleLayers(
          [...values].sort((a, b) => b.valeur - a.valeur),
          shapes,
          look,
          {
            labelExpr: quantity.axisLabel,
            sizes: sizeSteps(numbers),
            filters: choices.filters,
          },
        )
      : choroplethLayers(values, shapes, look, {
          classes: classes.labels,
          scheme: cut.scale === "diverging" ? schemes.diverging : schemes.sequential,
          filters: choices.filters,
        });
  const under = missingLayers(missing, look);
  const zoomable = options.zoom ?? true;
  const size = mapSize(options.width);
  return new Drawing(
    {
      ...size,
      projection: mapProjection(size, zoomable),
      // Circles stand over absent territories, colours over what may be absent for another choice.
      layer:
        style === "circles"
          ? [...layers.slice(0, 1), ...under, ...layers.slice(1), ...insetLayers(insets, size)]
          : groups > 1
            ? [...under, ...layers, ...insetLayers(insets, size)]
            : [...layers, ...under, ...insetLayers(insets, size)],
      params: [...choices.params, ...(zoomable ? zoomParams(size) : [])],
    },
    {
      title: options.title,
      ...(options.subtitle === undefined ? {} : { subtitle: options.subtitle }),
      ...(choices.said === undefined ? {} : { choice: choices.said }),
      source,
      notes: [...notes, credit],
      alternative: joined([
        sentence(`Carte : ${options.title}`),
        choices.saidFirst === "" ? "" : `${choices.saidFirst}.`,
        `${shown.length} ${shown.length > 1 ? levelNames[level].many : levelNames[level].one.toLowerCase()}.`,
        extremes(quantity.legend, shown, (number) => quantity.short(number)),
        ...notes.map((note) => sentence(`${note.charAt(0).toUpperCase()}${note.slice(1)}`)),
        source,
      ]),
    },
  );
}

/** A column may be called `region` and hold names: one that holds codes goes before it. */
function keyColumn({ key, level }: MapOptions, table: readonly VegaRow[]): string {
  const names = columnNames(table);
  const candidates = Object.keys(levelColumns).filter((name) => names.includes(name));
  const found =
    key ?? candidates.find((name) => holdsCodes(table, name, level ?? levelColumns[name])) ?? candidates[0];
  if (found !== undefined && names.includes(found)) return found;
  throw new UserError(
    `La carte ne trouve pas la colonne des codes ${key === undefined ? "(departement, region ou ben_res_reg)" : `« ${key} »`}. Colonnes présentes : ${names.join(", ")}. Indiquez-la par key.`,
  );
}

function holdsCodes(table: readonly VegaRow[], name: string, level: Level | undefined): boolean {
  if (level === undefined) return false;
  const codes = new Set(contours(level).shapes.map(({ properties }) => properties.code));
  return table.some((row) => codes.has(String(row[name])));
}

/** The quantity with its values written by a d3 format, or with as many decimals as classes of their size deserve. */
function written(quantity: Quantity, numbers: readonly number[], format: string | undefined): Quantity {
  const largest = Math.max(...numbers.map(Math.abs));
  if (format === undefined && (largest >= 10_000 || quantity.unit === "€" || quantity.unit === "%"))
    return quantity;
  const write = writtenBy(format ?? defaultFormat(numbers, largest));
  const unit =
    quantity.unit === "" || quantity.legend.includes(quantity.unit) ? "" : `\u00a0${quantity.unit}`;
  const carried = quantity.unit === "€" || quantity.unit === "%" ? unit : "";
  return {
    ...quantity,
    full: (value) => `${write(value)}${unit}`,
    short: (value) => `${write(value)}${unit}`,
    label: (value) => `${write(value)}${carried}`,
  };
}

function defaultFormat(values: readonly number[], largest: number): string {
  if (values.every(Number.isInteger)) return ",d";
  return largest >= 1000 ? ",.0f" : largest >= 100 ? ",.1f" : ",.2f";
}

function nationalValue(rows: readonly VegaRow[], value: string, weight: string): number | undefined {
  const items = rows.flatMap((row) => {
    const [rate, weighs] = [numberAt(row, value), numberAt(row, weight)];
    return rate === null || weighs === null ? [] : [{ rate, weighs }];
  });
  const mean = weightedMean(items, ({ rate }) => rate);
  return Number.isFinite(mean) ? mean : undefined;
}

function cutOf(
  { scale = "quantile", center }: MapOptions,
  numbers: readonly number[],
  national: number | undefined,
): Cut {
  if (scale !== "diverging") return { scale };
  const signs = numbers.some((number) => number < 0) && numbers.some((number) => number > 0);
  const middle = center ?? national ?? (signs ? 0 : undefined);
  if (middle !== undefined) return { scale, center: middle };
  throw new UserError(
    "Une échelle divergente demande un milieu : indiquez center (une valeur), ou weight (la colonne des dénominateurs, dont vient la valeur nationale).",
  );
}
