export { chart } from "./chart.js";
export type { ChartSpec } from "./chart-spec.js";
export type { Column, Row } from "./columns.js";
export { connect, Damir, type ConnectOptions, type TableInfo } from "./connection.js";
export { readCsv } from "./csv.js";
export {
  codes,
  openDamirVariables,
  variable,
  variables,
  type Code,
  type DescribedTable,
  type DescribedVariable,
  type Variable,
} from "./dictionary.js";
export { jupyterDisplay, type Displayable, type DisplayData, type MimeBundle } from "./display.js";
export { Drawing } from "./drawing.js";
export { aggregate, type AggregateOptions } from "./geography-aggregate.js";
export {
  geographicLevels,
  geography,
  nesting,
  territories,
  type GeographicLevel,
  type Place,
  type Territory,
} from "./geography.js";
export { fromDanfo } from "./from-danfo.js";
export { map, type MapOptions } from "./map.js";
export type { Level } from "./contours.js";
export { postes, prestations, type Poste, type Prestation, type RolePrestation } from "./postes.js";
export type { Source } from "./provenance.js";
export { Query } from "./query.js";
export { Result, resultOf } from "./result.js";
export { sql, SqlFragment, type SqlPart, type SqlValue } from "./sql.js";
export type { ColumnKind, ResultValue } from "./sql-values.js";
export * from "./store.js";
export { UserError } from "./user-error.js";
