import type { Engine } from "../engine/engine.js";
import { byDepartement, byRegion } from "../geography/result-levels.js";
import type { Knowledge } from "../query/knowledge.js";
import { perCapita } from "../rates/per-capita.js";
import { Population } from "../rates/population.js";
import { standardise } from "../rates/standardise.js";
import { label } from "./labels.js";

/** What the results of a connection can ask for. */
export function knowledgeOf(engine: Engine): Knowledge {
  const population = new Population(engine);
  return {
    label,
    byRegion,
    byDepartement,
    perCapita: (result, options) => perCapita(result, population, options),
    standardise: (result, options) => standardise(result, population, options),
  };
}
