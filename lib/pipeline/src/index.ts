export type { DatasetReader, FileOrigin, ImportedFile, ReceivedFile } from "./dataset-reader.js";
export { silentEffects, type PipelineEffects } from "./effects.js";
export { addOpenDamir, type ImportedMonth } from "./open-damir.js";
export { isIntact, listStore, type Inventory, type InventoryTable, type YearSpan } from "./inventory.js";
export { explainDiskError, readableSize } from "./disk.js";
export { ensureSample } from "./sample-store.js";
export { generateSample } from "./sample/index.js";
export { StoreWriter, type NewFile } from "./store-writer.js";
export { counted, ofName } from "./french-count.js";
export { readers } from "./readers.js";
export { refreshRollUps } from "./rollup-store.js";
export {
  catalogueFolder,
  datasetOf,
  readCatalogue,
  readDataset,
  type Catalogue,
} from "./catalogue/catalogue.js";
export type { Dataset } from "./catalogue/dataset.js";
export { downloadsFolder } from "./fetch/download-place.js";
export type { FetchEffects } from "./fetch/fetch-effects.js";
export { HttpClient } from "./fetch/http-client.js";
export { looksLikePeriod, monthsOf, periodFromText, type Period } from "./fetch/period.js";
export { keepsOriginals, pull, type PullOptions, type PullOutcome } from "./fetch/pull.js";
export {
  bytesToFetch,
  diskNeeded,
  planPull,
  type FileState,
  type PlannedFile,
  type PullPlan,
  type PullRequest,
} from "./fetch/pull-plan.js";
export {
  bytesToMirror,
  mirror,
  planMirror,
  type MirroredFile,
  type MirrorPlan,
  type MirrorRequest,
} from "./fetch/mirror.js";
export { planRemoval, remove, type Removal } from "./fetch/removal.js";
export { serveFiles, type FileServer, type FileServerOptions } from "./server/file-server.js";
export { loadServer, type LoadOptions, type ServerLoad } from "./server/load.js";
export { declareToSpark, type SparkDeclaration } from "./server/spark-catalogue.js";
export {
  defaultTeamLimits,
  removeTeam,
  setUpTeam,
  type TeamAccess,
  type TeamLimits,
} from "./server/team-role.js";
export { watchServer, type EndedQuery, type WatchEffects } from "./server/watch.js";
export { checkStore, type StoreCheck } from "./store-check.js";
export { lockStore, StoreBusyError } from "./store-lock.js";
