import { joined, sentence } from "./alternative.js";
import { Drawing } from "./drawing.js";
import { splitParams, titled } from "./frame.js";
import type { VegaRow } from "./rows.js";
import { UserError } from "../user-error.js";

/** How several drawings stand together. */
export interface LayoutOptions {
  /** Title over them all; each keeps its own. */
  title?: string;
  subtitle?: string;
  /** How many on a row. Default: 2. */
  columns?: number;
}

/** Scales that each drawing keeps for itself: a colour doesn't mean the same in two of them. */
const ownScales = ["color", "fill", "stroke", "size", "shape", "opacity", "strokeWidth", "strokeDash"];

/**
 * Puts drawings together: each with its title, their choices once, their sources and notes once, under them all.
 * @param views their views, as many as drawings, changed where they are linked
 * @param selections parameters that several of them share
 * @throws UserError when there are fewer than two drawings
 */
export function composite(
  kind: string,
  drawings: readonly Drawing[],
  { title = "", subtitle, columns = 2 }: LayoutOptions,
  views: readonly VegaRow[] = drawings.map(({ view }) => view),
  selections: readonly VegaRow[] = [],
): Drawing {
  if (drawings.length < 2 || !drawings.every((drawing) => drawing instanceof Drawing)) {
    throw new UserError(
      "Il faut au moins deux dessins (chart, chart.trend, map…) à mettre ensemble, et rien d'autre qu'eux.",
    );
  }
  const variables = new Map<unknown, VegaRow>();
  const concat = views.map((view, index) => {
    const params = splitParams(view["params"]);
    for (const param of params.variables) variables.set(param["name"], param);
    const frame = drawings[index]?.frame;
    const own = frame === undefined ? { ...view } : titled(view, frame);
    return params.selections.length > 0 ? { ...own, params: params.selections } : own;
  });
  const frames = drawings.map(({ frame }) => frame);
  const sources = [...new Set(frames.map(({ source }) => source))].filter((source) => source !== "");
  const alternative = joined([
    sentence(title === "" ? kind : `${kind} : ${title}`),
    ...frames.map((frame, index) => `${index + 1}. ${sentence(frame.alternative)}`),
  ]);
  return new Drawing(
    {
      concat,
      columns,
      spacing: 36,
      resolve: { scale: Object.fromEntries(ownScales.map((name) => [name, "independent"])) },
      params: [...variables.values(), ...selections],
    },
    {
      title,
      ...(subtitle === undefined ? {} : { subtitle }),
      source: sources.join(" · "),
      notes: [...new Set(frames.flatMap(({ notes = [] }) => notes))],
      alternative,
    },
  );
}
