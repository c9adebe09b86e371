import type { TopLevelSpec } from "vega-lite";

type WithoutData<S> = S extends unknown ? Omit<S, "data" | "$schema"> : never;

/** A Vega-Lite 5 specification without its data: `chart` brings them. */
export type ChartSpec = WithoutData<TopLevelSpec>;
