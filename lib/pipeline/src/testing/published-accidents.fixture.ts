import { join } from "node:path";
import { rowsOf, type PublishedForm } from "./published-form.fixture.js";

/** The four files of a year of BAAC since 2019: `;`, quotes, decimal commas, `1` for the Ain. */
export async function writeAccidents({ connection, table, folder }: PublishedForm): Promise<string[]> {
  const years = await rowsOf<{ year: number }>(
    connection,
    `SELECT DISTINCT year(jour)::INTEGER AS year FROM ${table("accidents")} ORDER BY 1`,
  );
  const paths = [];
  for (const { year } of years) {
    const accidents = `(FROM ${table("accidents")} WHERE year(jour) = ${year}) AS accidents`;
    for (const [name, query] of Object.entries(parts(accidents))) {
      const path = join(folder, `${name}-${year}.csv`);
      await connection.run(`COPY (${query}) TO '${path}' (FORMAT csv, HEADER, DELIM ';', FORCE_QUOTE *)`);
      paths.push(path);
    }
  }
  return paths;
}

/** The rows of each file; the sample knows how many users an accident hurt, and nothing else of them. */
function parts(accidents: string): Record<string, string> {
  const degrees = (column: string) => `replace(format('{:.8f}', ${column}), '.', ',')`;
  const users = `(SELECT num_acc, unnest(range(1, usagers + 1)) AS rang, tues, blesses_hospitalises AS hospitalises, blesses_legers AS legers
    FROM ${accidents}) AS usagers`;
  return {
    caract: `SELECT num_acc AS "Num_Acc", day(jour) AS jour, month(jour) AS mois, year(jour) AS an, format('{:02d}:30', heure) AS hrmn, lum,
      ltrim(departement, '0') AS dep, rpad(departement, 5, '0') AS com, agg, 1 AS "int", atm, 6 AS col, '' AS adr,
      ${degrees("lat")} AS lat, ${degrees('"long"')} AS "long" FROM ${accidents} ORDER BY num_acc`,
    lieux: `SELECT num_acc AS "Num_Acc", 4 AS catr, 'RUE; "A"' AS voie, 0 AS v1, '' AS v2, 2 AS circ, '2' AS nbv, 0 AS vosp, 1 AS prof,
      '(1)' AS pr, '(1)' AS pr1, 1 AS plan, '' AS lartpc, '-1' AS larrout, 1 AS surf, 0 AS infra, 1 AS situ, 50 AS vma
      FROM ${accidents} ORDER BY num_acc`,
    usagers: `SELECT num_acc AS "Num_Acc", num_acc || ' ' || rang AS id_usager, num_acc || ' 1' AS id_vehicule, 'A01' AS num_veh, 1 AS place,
      1 AS catu, CASE WHEN rang <= tues THEN 2 WHEN rang <= tues + hospitalises THEN 3
        WHEN rang <= tues + hospitalises + legers THEN 4 ELSE 1 END AS grav,
      1 AS sexe, 1980 AS an_nais, 5 AS trajet, 1 AS secu1, 0 AS secu2, -1 AS secu3, -1 AS locp, ' -1' AS actp, -1 AS etatp
      FROM ${users} ORDER BY num_acc, rang`,
    vehicules: `SELECT num_acc AS "Num_Acc", num_acc || ' 1' AS id_vehicule, 'A01' AS num_veh, 1 AS senc, 7 AS catv, 0 AS obs, 2 AS obsm,
      1 AS choc, 1 AS manv, 1 AS motor, '' AS occutc FROM ${accidents} ORDER BY num_acc`,
  };
}
