import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { accidentsReader } from "./accidents.js";
import { filesOf, tableOf, written } from "./companions.fixture.js";

const add = (home: string, ...paths: string[]) =>
  accidentsReader.add(received(...paths), home, silentEffects);

/** The four files of a year since 2019: `;`, quotes, UTF-8, decimal commas. */
const recent = {
  "caract-2023.csv": [
    '"Num_Acc";"jour";"mois";"an";"hrmn";"lum";"dep";"com";"agg";"int";"atm";"col";"adr";"lat";"long"',
    '"202300000001";"07";"05";"2023";"06:00";"1";"75";"75101";"2";"4";"2";"7";"RUE DE RIVOLI; ""A""";"48,86638600";"2,32347100"',
    '"202300000002";"7";"5";"2023";"23:59";"-1";"2A";"2A004";"1";"1";"-1";"-1";"";"41,92";"8,73"',
    '"202300000003";"31";"12";"2023";"00:30";"5";"1";"01053";"1";"1";"1";"6";"";"0";"0"',
    '"202300000004";"31";"12";"2023";"12:30";"5";"974";"97411";"1";"1";"1";"6";"";"-20,88";"55,45"',
  ],
  "usagers-2023.csv": [
    '"Num_Acc";"id_usager";"id_vehicule";"num_veh";"place";"catu";"grav";"sexe";"an_nais";"trajet";"secu1";"secu2";"secu3";"locp";"actp";"etatp"',
    '"202300000001";"203 851 184";"155 680 557";"A01";"1";"1";"4";"1";"1978";"5";"2";"0";"-1";"-1";" -1";"-1"',
    '"202300000001";"203 851 185";"155 680 557";"A01";"2";"2";"2";"2";"";"5";"2";"0";"-1";"-1";"B";"-1"',
    '"202300000002";"203 851 186";"155 680 558";"A01";"1";"1";"1";"1";"1990";"0";"0";"0";"0";"0";"0";"0"',
    '"202300000004";"203 851 187";"155 680 559";"A01";"1";"1";"3";"1";"1990";"0";"0";"0";"0";"0";"0";"0"',
  ],
  "vehicules-2023.csv": [
    '"Num_Acc";"id_vehicule";"num_veh";"senc";"catv";"obs";"obsm";"choc";"manv";"motor";"occutc"',
    '"202300000001";"155\u00a0680\u00a0557";"A01";"1";"30";"0";"0";"5";"1";"1";""',
  ],
  "lieux-2023.csv": [
    '"Num_Acc";"catr";"voie";"v1";"v2";"circ";"nbv";"vosp";"prof";"pr";"pr1";"plan";"lartpc";"larrout";"surf";"infra";"situ";"vma";"nouveau"',
    '"202300000001";"4";"RUE DE RIVOLI";"0";"N/A";"2";"#VALEURMULTI";"0";"1";"(1)";"(1)";"1";"";"-1";"1";"0";"1";"30";"x"',
  ],
};

function files(parts: Record<string, string[] | Buffer>): string[] {
  return Object.entries(parts).map(([name, lines]) =>
    written(name, Buffer.isBuffer(lines) ? lines : `${lines.join("\n")}\n`),
  );
}

describe("a year of accidents", () => {
  test("since 2019: accidents with their casualties, and the details in their own tables", async () => {
    const home = temporaryFolder();
    const imported = await add(home, ...files(recent));
    expect(imported.map(({ table, rows }) => [table, rows])).toEqual([
      ["accidents", 4],
      ["accidents_usagers", 4],
      ["accidents_vehicules", 1],
      ["accidents_lieux", 1],
    ]);
    expect(await query(`FROM ${tableOf(home, "accidents")} ORDER BY num_acc`)).toEqual([
      ["202300000001", "2023-05-07", "6", "75", "1", "2", "2", "2", "1", "0", "1", "48.866386", "2.323471"],
      ["202300000002", "2023-05-07", "23", "2A", "-1", "1", "-1", "1", "0", "0", "0", "41.92", "8.73"],
      ["202300000003", "2023-12-31", "0", "01", "5", "1", "1", "0", "0", "0", "0", null, null],
      ["202300000004", "2023-12-31", "12", "974", "5", "1", "1", "1", "0", "1", "0", "-20.88", "55.45"],
    ]);
    expect(imported[0]?.notes.join()).toMatch(/1 accident n'a aucun usager/);
    expect(imported[3]?.notes.join()).toMatch(/Colonnes que la table n'a pas : nouveau/);
    expect(
      await query(
        `SELECT v.catv, u.grav, u.actp, l.nbv FROM ${tableOf(home, "accidents_usagers")} u
         JOIN ${tableOf(home, "accidents_vehicules")} v USING (num_acc, id_vehicule)
         JOIN ${tableOf(home, "accidents_lieux")} l USING (num_acc) ORDER BY ALL`,
      ),
    ).toEqual([
      ["30", "2", "B", "#VALEURMULTI"],
      ["30", "4", "-1", "#VALEURMULTI"],
    ]);
    expect(filesOf(home, "accidents")[0]?.sums).toEqual({
      usagers: "4",
      tues: "1",
      blesses_hospitalises: "1",
      blesses_legers: "1",
    });
    expect(filesOf(home, "accidents")[0]?.sources).toHaveLength(2);
  });

  test("until 2018: Latin-1, commas, tenfold départements, degrees without a comma", async () => {
    const home = temporaryFolder();
    const caract = [
      "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep",
      '201600000001,16,2,1,1445,1,2,1,8,3,5,"46, rue Sonneville, à Lille",M,0,0,590',
      "201600000002,16,3,16,5,1,2,6,1,6,5,1a rue,M,5054730,0294992,10",
      "201600000003,16,3,17,905,,2,6,,6,5,,M,,,202",
      "201600000004,16,3,18,,1,2,6,1,6,5,,Y,-2088000,5545000,974",
    ];
    const usagers = [
      "Num_Acc,place,catu,grav,sexe,trajet,secu,locp,actp,etatp,an_nais,num_veh",
      "201600000001,1,1,1,2,0,11,0,0,0,1983,B02",
    ];
    const imported = await add(
      home,
      ...files({
        "caracteristiques_2016.csv": Buffer.from(`${caract.join("\r\n")}\r\n`, "latin1"),
        "usagers_2016.csv": usagers,
      }),
    );
    expect(imported[0]?.notes.join()).toMatch(/Non donnés : vehicules, lieux/);
    expect(
      await query(
        `SELECT departement, heure, lum, lat, long FROM ${tableOf(home, "accidents")} ORDER BY num_acc`,
      ),
    ).toEqual([
      ["59", "14", "1", null, null],
      ["01", "0", "1", "50.5473", "2.94992"],
      ["2B", "9", null, null, null],
      ["974", null, "1", "-20.88", "55.45"],
    ]);
  });

  test("comes with other years, and replaces itself", async () => {
    const home = temporaryFolder();
    const next = Object.fromEntries(
      Object.entries(recent).map(([name, lines]) => [
        name.replace("2023", "2024"),
        lines.map((line) => line.replaceAll("2023", "2024")),
      ]),
    );
    await add(home, ...files({ ...recent, ...next }));
    const imported = await add(home, ...files(recent));
    expect(imported.every(({ replaced }) => replaced)).toBe(true);
    expect(
      await query(`SELECT year(jour), count(*) FROM ${tableOf(home, "accidents")} GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      ["2023", "4"],
      ["2024", "4"],
    ]);
  });

  const changed = (name: keyof typeof recent, from: string, to: string) => ({
    ...recent,
    [name]: recent[name].map((line) => line.replace(from, to)),
  });
  const only = (...names: (keyof typeof recent)[]) =>
    Object.fromEntries(names.map((name) => [name, recent[name]]));
  test.each<[string, Record<string, string[] | Buffer>, RegExp]>([
    [
      "without its usagers",
      only("caract-2023.csv", "lieux-2023.csv"),
      /manque le fichier des usagers de 2023/,
    ],
    [
      "without its caractéristiques",
      only("usagers-2023.csv"),
      /manque le fichier des caractéristiques de 2023/,
    ],
    [
      "with a file twice",
      { ...recent, "x.csv": recent["usagers-2023.csv"] },
      /sont tous deux les usagers de 2023/,
    ],
    ["with a stranger", { ...recent, "x.csv": ["a;b", "1;2"] }, /x\.csv n'est pas un fichier d'accidents/],
    ["with a web page", { ...recent, "x.csv": ["<!DOCTYPE html>"] }, /x\.csv est une page web/],
    [
      "with a file of names alone",
      { "usagers-2023.csv": recent["usagers-2023.csv"].slice(0, 1) },
      /aucune donnée/,
    ],
    [
      "with a false day",
      changed("caract-2023.csv", '"07";"05"', '"31";"04"'),
      /ligne 2, champ jour : « 31 »/,
    ],
    ["with a false hour", changed("caract-2023.csv", "06:00", "25:00"), /ligne 2, champ hrmn/],
    [
      "with a false département",
      changed("caract-2023.csv", '"75"', '"Paris"'),
      /ligne 2, champ dep : « Paris »/,
    ],
    [
      "with an accident twice",
      changed("caract-2023.csv", "202300000002", "202300000001"),
      /ligne 3, champ num_acc.*déjà/,
    ],
    ["with a false gravity", changed("usagers-2023.csv", '"1";"1";"4"', '"1";"1";"8"'), /champ grav : « 8 »/],
    [
      "with a word for a code",
      changed("vehicules-2023.csv", '"30"', '"auto"'),
      /vehicules-2023\.csv, ligne 2, champ catv/,
    ],
    [
      "whose files don't go together",
      changed("lieux-2023.csv", "202300000001", "202300009999"),
      /lieux-2023\.csv, ligne 2, champ num_acc : « 202300009999 » n'est pas dans le fichier des caractéristiques/,
    ],
    [
      "with a short line",
      { ...recent, "usagers-2023.csv": [...recent["usagers-2023.csv"], '"202300000001";"2'] },
      /ligne 6|bien formé/,
    ],
  ])("%s is refused, and nothing of the year enters", async (_, parts, message) => {
    const home = temporaryFolder();
    const attempt = add(home, ...files(parts));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});
