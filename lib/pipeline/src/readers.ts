import { accidentsReader } from "./companions/accidents.js";
import { contoursReader } from "./companions/contours.js";
import { medecinsReader } from "./companions/medecins.js";
import { meteoReader } from "./companions/meteo.js";
import { populationReader } from "./companions/population.js";
import type { DatasetReader } from "./dataset-reader.js";
import { departementReader, nationalReader } from "./departement/expense-reader.js";
import { addOpenDamir } from "./open-damir.js";
import { withRollUps } from "./rollup-store.js";
import { withRecognition } from "./recognition.js";
import { withReference } from "./reference/reference-store.js";

const datasets: Readonly<Record<string, DatasetReader>> = {
  "open-damir": withRollUps({ add: addOpenDamir }),
  "depenses-departement": departementReader,
  "depenses-nationales": nationalReader,
  population: populationReader,
  medecins: medecinsReader,
  meteo: meteoReader,
  accidents: accidentsReader,
  contours: contoursReader,
};

/**
 * The reader of each dataset of the catalogue, by the dataset's identifier. Whatever one imports, the store has the code
 * lists and the geography that go with it; of a file it refuses, it says which other dataset the file looks like.
 */
export const readers: Readonly<Record<string, DatasetReader>> = Object.fromEntries(
  Object.entries(datasets).map(([id, reader]) => [id, withRecognition(id, withReference(reader))]),
);
