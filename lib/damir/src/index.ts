export type { Attachable, AttachOptions } from "./attachment/attach.js";
export { Attachment, type AttachedColumn } from "./attachment/attachment.js";
export type { KeyGuess } from "./attachment/key-guess.js";
export { chart } from "./drawing/chart.js";
export type { ChartSpec } from "./drawing/chart-spec.js";
export type { Choice } from "./drawing/choices.js";
export type { LayoutOptions } from "./drawing/composite.js";
export { dashboard, type DashboardOptions } from "./drawing/dashboard.js";
export type {
  AxisOptions,
  CompositionOptions,
  DistributionOptions,
  HeatmapOptions,
  ProfileOptions,
  PyramidOptions,
  RankingOptions,
  ScatterOptions,
  SeasonalityOptions,
  SmallMultiplesOptions,
  TrendOptions,
} from "./drawing/forms.js";
export { sideBySide } from "./drawing/side-by-side.js";
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
export { laterColumns, type LaterColumn } from "./engine/later-columns.js";
export { readServerAddress, type ServerAddress } from "./engine/postgres-address.js";
export { explainConnection, isConnectionLost } from "./engine/postgres-failure.js";
export type { SparkClient, SparkQuery } from "./engine/spark-client.js";
export { sparkClient } from "./engine/spark-loading.js";
export { quoted as sparkName, text as sparkText } from "./engine/spark-syntax.js";
export { sparkType } from "./engine/spark-types.js";
export {
  manifestTable,
  readerRole,
  readersGroup,
  serverFunctions,
  serverSchema,
} from "./engine/postgres-schema.js";
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
export { byDepartement, byRegion } from "./geography/result-levels.js";
export { describe } from "./knowledge/describe.js";
export { Page, type Block, type PageContent } from "./knowledge/page.js";
export { label } from "./knowledge/labels.js";
export { search, type Found, type SearchOptions } from "./knowledge/search.js";
export type {
  Denominator,
  Knowledge,
  LabelOptions,
  LevelOptions,
  PerCapitaOptions,
  RateUnit,
  ResultSteps,
  StandardiseOptions,
} from "./query/knowledge.js";
export { PendingResult } from "./query/pending-result.js";
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
export {
  currentRollUps,
  isMadeBy,
  isRollUp,
  rollUpColumns,
  rollUpMeasures,
  rollUps,
  type RollUp,
  type RollUpOrigin,
} from "./rollups/rollups.js";
export { format, vegaNumberLocale, vegaTimeLocale } from "./french-format.js";
export type { ColumnFormat } from "./table/shown-column.js";
export { tableScript, tableStyle } from "./table/table-html.js";
export { table, Table } from "./table/table.js";
export type { TableOptions } from "./table/table-content.js";
export { UserError } from "./user-error.js";
export { poissonInterval } from "./statistics/poisson.js";
export { regression, type Regression, type RegressionOptions } from "./statistics/regression.js";
export { disclosure, type Disclosure, type DisclosureOptions } from "./disclosure/disclosure.js";
export { DisclosureReport, type DisclosureCounts } from "./disclosure/disclosure-report.js";
export { guardRailRules, type GuardRailsOption } from "./guard-rails/guard-rails.js";
export type { Warning } from "./query/warning.js";
