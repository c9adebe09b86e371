export type { DatasetReader, FileOrigin, ImportedFile, ReceivedFile } from "./dataset-reader.js";
export { silentEffects, type PipelineEffects } from "./effects.js";
export { addOpenDamir, type ImportedMonth } from "./open-damir.js";
export { isIntact, listStore, type Inventory, type InventoryTable } from "./inventory.js";
export { explainDiskError, readableSize } from "./disk.js";
export { ensureSample } from "./sample-store.js";
export { generateSample } from "./sample/index.js";
export { StoreWriter, type NewFile } from "./store-writer.js";
export { readers } from "./readers.js";
