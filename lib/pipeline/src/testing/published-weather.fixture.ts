import { join } from "node:path";
import { dataFolder, readCsv } from "damir";
import { rowsOf, writeLines, type PublishedForm } from "./published-form.fixture.js";

const header =
  "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;RR;QRR;TN;QTN;HTN;QHTN;TX;QTX;HTX;QHTX;TM;QTM;TNTXM;QTNTXM;TAMPLI;QTAMPLI";

/**
 * Météo-France's daily files by département, `Q_01_latest-2024-2025_RR-T-Vent.csv.gz`, Corse in one: a line a station and a day. The
 * stations' temperatures lie around the mean of their département, evenly, so that their mean is the sample's to the digit.
 */
export async function writeWeather({ connection, table, folder }: PublishedForm): Promise<string[]> {
  const corse = readCsv(join(dataFolder, "geography", "communes-corse.csv"));
  const commune = (departement: string) =>
    corse.find((row) => row["departement"] === departement)?.["numero"] ?? "";
  const rows = await rowsOf<{ departement: string }>(
    connection,
    `SELECT DISTINCT departement FROM ${table("meteo")} ORDER BY 1`,
  );
  const files = new Map<string, string[]>();
  for (const { departement } of rows) {
    const name = departement.replace(/^2[AB]$/, "20");
    files.set(name, [...(files.get(name) ?? []), departement]);
  }
  // Stations bear the number of their commune, then their own.
  const place = `CASE departement WHEN '2A' THEN '20${commune("2A")}' WHEN '2B' THEN '20${commune("2B")}' ELSE rpad(departement, 5, '0') END`;
  const around = "(station - (stations + 1) / 2) / 5";
  const fields = [
    ...[`${place} || lpad(station::VARCHAR, 3, '0')`, "'POSTE ' || station", "'46.5'", "'2.5'", "'100'"],
    ...["strftime(jour, '%Y%m%d')", "format('{:.1f}', rr)", "'1'"],
    ...[`format('{:.1f}', tn + ${around})`, "'1'", "'0512'", "'9'"],
    ...[`format('{:.1f}', tx + ${around})`, "'1'", "'1431'", "'9'"],
    ...[`format('{:.1f}', tm + ${around})`, "'1'", "''", "''", "''", "''"],
  ];
  const paths = [];
  for (const [name, departements] of files) {
    const path = join(folder, `Q_${name}_latest-2024-2025_RR-T-Vent.csv.gz`);
    const lines = `SELECT concat_ws(';', ${fields.join(", ")}) FROM (SELECT *, unnest(range(1, stations + 1)) AS station
      FROM ${table("meteo")} WHERE departement IN ('${departements.join("', '")}')) AS postes ORDER BY station, jour`;
    await writeLines(connection, path, header, lines, ", COMPRESSION gzip");
    paths.push(path);
  }
  return paths;
}
