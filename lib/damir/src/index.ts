export { chart } from "./drawing/chart.js";
export type { ChartSpec } from "./drawing/chart-spec.js";
export type { Column, Row } from "./query/columns.js";
export { connect, Damir, type ConnectOptions, type TableInfo } from "./connection/connection.js";
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
} from "./dictionary/dictionary.js";
export { jupyterDisplay, type Displayable, type DisplayData, type MimeBundle } from "./display.js";
export { readServerAddress, type ServerAddress } from "./engine/postgres-address.js";
export { explainConnection } from "./engine/postgres-failure.js";
export { manifestTable, readerRole, serverFunctions, serverSchema } from "./engine/postgres-schema.js";
export { Drawing } from "./drawing/drawing.js";
export { aggregate, type AggregateOptions } from "./geography/geography-aggregate.js";
export {
  geographicLevels,
  geography,
  nesting,
  territories,
  type GeographicLevel,
  type Place,
  type Territory,
} from "./geography/geography.js";
export { fromDanfo } from "./query/from-danfo.js";
export { map, type MapOptions } from "./drawing/map.js";
export type { Level } from "./drawing/contours.js";
export {
  postes,
  prestations,
  type Poste,
  type Prestation,
  type RolePrestation,
} from "./dictionary/postes.js";
export type { Source } from "./query/provenance.js";
export type { Answer } from "./query/answer.js";
export { Explanation } from "./query/explanation.js";
export { Query, type QueryRunner } from "./query/query.js";
export { Result, resultOf, type ResultDetails } from "./query/result.js";
export { sql, SqlFragment, type Sql, type SqlPart, type SqlValue } from "./query/sql.js";
export type { ColumnKind, ResultValue } from "./query/sql-values.js";
export type { TypedColumn, TypedColumns } from "./query/typed-columns.js";
export * from "./store.js";
export { format } from "./french-format.js";
export type { ColumnFormat } from "./table/shown-column.js";
export { table, Table } from "./table/table.js";
export type { TableOptions } from "./table/table-content.js";
export { guardRailRules, type GuardRailsOption } from "./guard-rails/guard-rails.js";
export type { Warning } from "./query/warning.js";
export { UserError } from "./user-error.js";
export { poissonInterval } from "./statistics/poisson.js";
export { regression, type Regression, type RegressionOptions } from "./statistics/regression.js";
