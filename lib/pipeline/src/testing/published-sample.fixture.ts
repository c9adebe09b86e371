import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { withDuckDB } from "../duckdb.js";
import { writeAccidents } from "./published-accidents.fixture.js";
import { writeDoctors } from "./published-doctors.fixture.js";
import { writeExpenses, writeMonths } from "./published-expenses.fixture.js";
import type { PublishedForm } from "./published-form.fixture.js";
import { writePopulation } from "./published-population.fixture.js";
import { writeWeather } from "./published-weather.fixture.js";

/** Writes the files of each dataset of the catalogue that the sample has, and names them. */
const forms: Readonly<Record<string, (form: PublishedForm) => Promise<string[]>>> = {
  "open-damir": writeMonths,
  "depenses-departement": writeExpenses,
  population: writePopulation,
  medecins: writeDoctors,
  meteo: writeWeather,
  accidents: writeAccidents,
};

/**
 * Writes the synthetic sample as its producers publish such data, for `damir data add` to read: what a store makes of the files must then
 * be the sample's rows. What no publication says is left out or made up: nothing of the sample's tables comes from it. One thing can't
 * be written: the affiliates of the régime général of 95 and over, whom the CNAM publishes with those of 90 to 94.
 * @param sample folder of the sample's store
 * @param folder new folder of the files
 * @returns paths of the files of each dataset, by its id
 */
export async function writePublishedSample(
  sample: string,
  folder: string,
): Promise<Record<string, string[]>> {
  return withDuckDB(folder, { memory: "1GB", threads: 2 }, async (connection) => {
    // The order of the tables is that of the files.
    await connection.run("SET preserve_insertion_order = true");
    const files: Record<string, string[]> = {};
    for (const [dataset, write] of Object.entries(forms)) {
      const own = join(folder, dataset);
      mkdirSync(own, { recursive: true });
      files[dataset] = await write({
        connection,
        table: (name) => `read_parquet('${join(sample, name, "*.parquet")}')`,
        folder: own,
      });
    }
    return files;
  });
}
