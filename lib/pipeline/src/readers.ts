import { accidentsReader } from "./companions/accidents.js";
import { contoursReader } from "./companions/contours.js";
import { medecinsReader } from "./companions/medecins.js";
import { meteoReader } from "./companions/meteo.js";
import { populationReader } from "./companions/population.js";
import type { DatasetReader } from "./dataset-reader.js";
import { departementReader, nationalReader } from "./departement/expense-reader.js";
import { addOpenDamir } from "./open-damir.js";

/** The reader of each dataset of the catalogue, by the dataset's identifier. */
export const readers: Readonly<Record<string, DatasetReader>> = {
  "open-damir": { add: addOpenDamir },
  "depenses-departement": departementReader,
  "depenses-nationales": nationalReader,
  population: populationReader,
  medecins: medecinsReader,
  meteo: meteoReader,
  accidents: accidentsReader,
  contours: contoursReader,
};
