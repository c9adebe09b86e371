import type { DatasetReader } from "./dataset-reader.js";
import { departementReader, nationalReader } from "./departement/expense-reader.js";
import { addOpenDamir } from "./open-damir.js";

/** The reader of each dataset of the catalogue, by the dataset's identifier. */
export const readers: Readonly<Record<string, DatasetReader>> = {
  "open-damir": { add: addOpenDamir },
  "depenses-departement": departementReader,
  "depenses-nationales": nationalReader,
};
