// The short forms: what `chart.` offers.
export { composition, type CompositionOptions } from "./forms/composition.js";
export { distribution, type DistributionOptions } from "./forms/distribution.js";
export { heatmap, type HeatmapOptions } from "./forms/heatmap.js";
export { profile, type ProfileOptions } from "./forms/profile.js";
export { pyramid, type PyramidOptions } from "./forms/pyramid.js";
export { ranking, type RankingOptions } from "./forms/ranking.js";
export { scatter, type ScatterOptions, type AxisOptions } from "./forms/scatter.js";
export { seasonality, type SeasonalityOptions } from "./forms/seasonality.js";
export { smallMultiples, type SmallMultiplesOptions } from "./forms/small-multiples.js";
export { trend, type TrendOptions } from "./forms/trend.js";
