import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { UserError, territories } from "damir";
import { describe, expect, test } from "vitest";
import { dreesSheet, inseeSheet, workbook, written } from "./companions/companions.fixture.js";
import { expenseFile, nationalPublishedColumns, writeZip } from "./departement/expense.fixture.js";
import { silentEffects } from "./effects.js";
import { fingerprintOf, publishedFile, received, temporaryFolder } from "./open-damir.fixture.js";
import { readers } from "./readers.js";
import { datasetOfFile } from "./recognition.js";

const square = {
  type: "Polygon",
  coordinates: [
    [
      [5, 46],
      [6, 46],
      [6, 47],
      [5, 46],
    ],
  ],
};
const boundaries = {
  type: "FeatureCollection",
  features: territories("departement").map(({ code, nom }) => ({
    type: "Feature",
    geometry: square,
    properties: { code, nom },
  })),
};
const doctors = dreesSheet(
  [
    {
      departement: "075-Paris",
      groupe: "01-Médecine générale",
      specialite: "01-Médecine générale",
      exercice: "2-Mixte",
      effectifs: [3],
    },
  ],
  [2024],
);

/** A file of each dataset in each of its forms, under a name that says nothing. */
const files: [dataset: string, bytes: Buffer | string][] = [
  ["open-damir", publishedFile([{}])],
  ["open-damir", gzipSync(publishedFile([{}]))],
  ["depenses-departement", expenseFile([{}])],
  ["depenses-nationales", expenseFile([{}], nationalPublishedColumns)],
  ["population", "dep,annee,sexe,age_max_cat,value\n1,2014,h,4,12\n"],
  ["population", "l_dpt,dpt,0 à 4 ans,0 à 4 ans.1\n01-Ain,01,1,2\n"],
  [
    "population",
    workbook({ "À savoir": [["x"]], "2024": inseeSheet(2024, [["01", "Ain"]]), "2023": [["x"]] }),
  ],
  [
    "medecins",
    '"mode_exercice","zone_inscription","annee","specialite","effectifs"\n"Mixte","01 - Ain",2014,"Ensemble",3\n',
  ],
  ["medecins", workbook({ Effectifs: doctors })],
  ["meteo", "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;RR;QRR\n01014002;ARBENT;46.2;5.6;534;20240101;1;1\n"],
  ["accidents", "Num_Acc;id_vehicule;num_veh;place;catu;grav\n202300000001;1;A01;1;1;4\n"],
  ["accidents", "Accident_Id;jour;mois;an;hrmn;lum;dep\n202200000001;1;1;2022;10:00;1;01\n"],
  ["contours", JSON.stringify(boundaries)],
  ["contours", JSON.stringify(boundaries, null, 2)],
];

describe.each(files)("a file of %s", (dataset, bytes) => {
  test("is recognised whatever its name", async () => {
    expect(await datasetOfFile(written("fichier", bytes))).toBe(dataset);
  });

  test("is refused by every other reader, which says where it goes", async () => {
    const path = written("fichier", bytes);
    for (const [id, reader] of Object.entries(readers)) {
      if (id === dataset) continue;
      const home = join(temporaryFolder(), "new");
      const attempt = reader.add(received(path), home, silentEffects);
      await expect(attempt, id).rejects.toBeInstanceOf(UserError);
      await expect(attempt, id).rejects.toThrow(
        `fichier ressemble à un fichier du jeu « ${dataset} » : essayez « damir data add ${dataset} ${path} ».`,
      );
      expect(fingerprintOf(join(home, ".."))).toEqual({});
    }
  });
});

test("a zip of R tables is told by the first of them", async () => {
  const path = join(temporaryFolder(), "archive.zip");
  await writeZip(path, { "lisez-moi.txt": Buffer.from("x"), "R_2014/R201401.CSV": expenseFile([{}]) });
  expect(await datasetOfFile(path)).toBe("depenses-departement");
});

test.each([
  ["nothing", ""],
  ["a table of something else", "dep;pluie\n01;3\n"],
  ["another json", '{"type": "Feature"}'],
  ["a truncated gzip", gzipSync(publishedFile([{}])).subarray(0, 15)],
  ["a workbook of something else", workbook({ Feuil1: [["x"]] })],
  ["a web page", "<!DOCTYPE html>"],
])("%s is no dataset's", async (_, bytes) => {
  expect(await datasetOfFile(written("fichier", bytes))).toBeUndefined();
  expect(await datasetOfFile("/nowhere/fichier")).toBeUndefined();
});

test("a bad file of the right dataset, or one that was fetched, isn't sent elsewhere", async () => {
  const bad = written("A202501.csv", publishedFile([{ FLT_REM_MNT: "x" }]));
  await expect(readers["open-damir"]?.add(received(bad), temporaryFolder(), silentEffects)).rejects.toThrow(
    /^(?![^]*ressemble)/,
  );
  const fetched = { path: written("x.csv", publishedFile([{}])), origin: { url: "https://x/x.csv" } };
  await expect(readers["meteo"]?.add([fetched], temporaryFolder(), silentEffects)).rejects.toThrow(
    /^(?![^]*ressemble)/,
  );
});
