import { readFileSync } from "node:fs";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { dreesSheet, filesOf, sample, tableOf, workbook, written, type Cell } from "./companions.fixture.js";
import { medecinsReader } from "./medecins.js";

const add = (home: string, ...paths: string[]) => medecinsReader.add(received(...paths), home, silentEffects);

const gp = { groupe: "01-Médecine générale", specialite: "01-Médecine générale" };
const cardio = { groupe: "02-Spécialités médicales", specialite: "07-Cardiologie et maladies vasculaires" };
const future = { groupe: "02-Spécialités médicales", specialite: "99-Médecine spatiale" };
const details = [
  { departement: "075-Paris", ...gp, exercice: "1-Libéral exclusif", effectifs: [100, 110] },
  { departement: "075-Paris", ...gp, exercice: "3-Salarié hospitalier", effectifs: [40, 41] },
  { departement: "075-Paris", ...cardio, exercice: "2-Mixte", effectifs: [12, 13] },
  { departement: "02A-Corse-du-Sud", ...cardio, exercice: "1-Libéral exclusif", effectifs: ["ND", 11] },
  { departement: "971 -Guadeloupe", ...gp, exercice: "4-Autre salarié", effectifs: [20, 0] },
  { departement: "971 -Guadeloupe", ...future, exercice: "4-Autre salarié", effectifs: [10, 10] },
];
const book = (sheet: Cell[][]) =>
  workbook({ "Lisez-moi": [["Sources"]], Effectifs: sheet, Densités: [["territoire", "densite_2024"]] });

/** `57 640` as a number. */
const numberIn = (text: string) => Number(text.replace(/\s/g, ""));
/** The numbers that the parts of a list begin with. */
const numbersIn = (list: string) =>
  [...list.matchAll(/(?:^|, )(\d[\d\s]*)/g)].map(([, number = ""]) => numberIn(number));

describe("DREES's workbook", () => {
  test("gives details only, and proves that they make the totals", async () => {
    const home = temporaryFolder();
    const path = written("Médecins RPPS 2012-2025.xlsx", book(dreesSheet(details, [2024, 2025])));
    const [file] = await add(home, path);
    expect(await query(`FROM ${tableOf(home, "medecins")} WHERE annee = 2024 ORDER BY ALL`)).toEqual([
      ["2024", "2A", "Cardiologie et maladies vasculaires", "3", "3", "Libéral exclusif", null],
      ["2024", "75", "Cardiologie et maladies vasculaires", "3", "3", "Mixte", "12"],
      ["2024", "75", "Médecine générale", "1", "1", "Libéral exclusif", "100"],
      ["2024", "75", "Médecine générale", "1", "1", "Salarié hospitalier", "40"],
      ["2024", "971", "Médecine générale", "1", "1", "Autre salarié", "20"],
      ["2024", "971", "Médecine spatiale", null, null, "Autre salarié", "10"],
    ]);
    // A mode with nobody has no row.
    expect(
      await query(`SELECT count(*), sum(effectif) FROM ${tableOf(home, "medecins")} WHERE annee = 2025`),
    ).toEqual([["5", "185"]]);
    const notes = (file?.notes ?? []).join("\n");
    // Every number of the sheet is accounted for: rows and years, ages and sexes included.
    const [, published = "", fates = ""] = /([\d\s]+) effectifs publiés : (.*)\./.exec(notes) ?? [];
    const sheet = dreesSheet(details, [2024, 2025]);
    expect(numberIn(published)).toBe((sheet.length - 2) * 2);
    expect(numbersIn(fates).reduce((sum, number) => sum + number, 0)).toBe(numberIn(published));
    expect(fates).toMatch(
      /\d+ gardés?, .*égaux à la somme de leurs détails, .*ND, effectif null.*par âge ou par sexe/,
    );
    expect(notes).toMatch(/sans correspondance.*« Médecine spatiale »/);
    expect(notes).not.toMatch(/ne sont pas la somme/);
    expect(filesOf(home, "medecins")[0]?.sums).toEqual({ effectif: "367" });
  });

  test("whose totals are false says so", async () => {
    const sheet = dreesSheet(details, [2024, 2025]);
    const paris = sheet.findIndex(
      (row) => row[2] === "075-Paris" && row[3] === "00-Ensemble" && row[5] === "0-Ensemble",
    );
    (sheet[paris] as Cell[])[9] = 999;
    const [file] = await add(temporaryFolder(), written("m.xlsx", book(sheet)));
    expect(file?.notes.join("\n")).toMatch(
      /1 total publié n'est pas la somme.*2025, 75, toutes spécialités, tous modes : 164 et non 999/,
    );
  });

  test("a family published as a whole stands for its speciality", async () => {
    const home = temporaryFolder();
    const sheet = dreesSheet(details, [2024, 2025]).filter((row) => row[4] !== gp.specialite);
    await add(home, written("m.xlsx", book(sheet)));
    expect(
      await query(
        `SELECT sum(effectif) FROM ${tableOf(home, "medecins")} WHERE annee = 2024 AND specialite = 'Médecine générale'`,
      ),
    ).toEqual([["160"]]);
  });

  test("a speciality published again outside its family counts once; two names of one speciality stay two", async () => {
    const home = temporaryFolder();
    const sheet = dreesSheet(
      [
        ...details,
        {
          departement: "075-Paris",
          ...gp,
          specialite: "50-Généraliste",
          exercice: "2-Mixte",
          effectifs: [5, 5],
        },
      ],
      [2024, 2025],
    );
    const outside = sheet
      .filter((row) => row[3] === cardio.groupe && row[4] === cardio.specialite)
      .map((row) => row.with(3, "00-Ensemble"));
    await add(home, written("m.xlsx", book([...sheet, ...outside])));
    expect(
      await query(
        `SELECT specialite, exe_spe, sum(effectif) FROM ${tableOf(home, "medecins")} WHERE annee = 2025 GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      ["Cardiologie et maladies vasculaires", "3", "24"],
      ["Généraliste", "1", "5"],
      ["Médecine générale", "1", "151"],
      ["Médecine spatiale", null, "10"],
    ]);
  });

  test("replaces the years it has, and keeps the others", async () => {
    const home = temporaryFolder();
    await add(home, written("a.xlsx", book(dreesSheet(details, [2023, 2024]))));
    const [file] = await add(home, written("b.xlsx", book(dreesSheet(details, [2024, 2025]))));
    expect(file?.replaced).toBe(true);
    expect(
      await query(`SELECT annee, sum(effectif) FROM ${tableOf(home, "medecins")} GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      ["2023", "182"],
      ["2024", "182"],
      ["2025", "185"],
    ]);
  });

  test.each<[string, Buffer, RegExp]>([
    ["without the sheet", workbook({ Densités: [["a"]] }), /pas de feuille « Effectifs ».*« Densités »/],
    [
      "with other columns",
      workbook({ Effectifs: [["territoire", "effectif_2024"]] }),
      /n'a pas les colonnes attendues/,
    ],
    ["with headings only", book(dreesSheet([], [2024])), /aucun effectif par département/],
    [
      "with a word for a number",
      book(
        dreesSheet([{ departement: "001-Ain", ...gp, exercice: "2-Mixte", effectifs: ["douze"] }], [2024]),
      ),
      /ligne \d+, colonne effectif_2024 : « douze »/,
    ],
    ["that is a zip", Buffer.from("PK\u0005\u0006".padEnd(22, "\0"), "latin1"), /pas un classeur Excel/],
  ])("%s is refused", async (_, bytes, message) => {
    const home = temporaryFolder();
    const attempt = add(home, written("m.xlsx", bytes));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});

describe("the real copy of 2013 and 2014", () => {
  const rpps = sample("rpps_2013_2014.csv");

  test.skipIf(!rpps.present)("loses its totals, proved, and counts general practice once", async () => {
    const home = temporaryFolder();
    const [file] = await add(home, rpps.path);
    const notes = (file?.notes ?? []).join("\n");
    expect(notes).toMatch(/Années : 2013, 2014\./);
    // The file's lines, to the last: totals, places that aren't départements and zeros included.
    const [, published = "", fates = ""] = /([\d\s]+) effectifs publiés : (.*)\./.exec(notes) ?? [];
    expect(numberIn(published)).toBe(readFileSync(rpps.path, "utf8").trimEnd().split("\n").length - 1);
    expect(numberIn(published)).toBe(57_640);
    expect(numbersIn(fates).reduce((sum, number) => sum + number, 0)).toBe(57_640);
    expect(numbersIn(fates)[0]).toBe(file?.rows);
    expect(notes).not.toMatch(/ne sont pas la somme|sans correspondance/);
    expect(
      await query(
        `SELECT annee, count(DISTINCT departement), count(DISTINCT specialite), sum(effectif),
           sum(effectif) FILTER (exe_spe = 1) FROM ${tableOf(home, "medecins")} GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ["2013", "101", "41", "218296", "101803"],
      ["2014", "101", "41", "219834", "102140"],
    ]);
    // 62 is published as « Nord-Pas-de-Calais » and is the Pas-de-Calais.
    expect(
      await query(
        `SELECT count(DISTINCT departement) FROM ${tableOf(home, "medecins")} WHERE departement IN ('59', '62')`,
      ),
    ).toEqual([["2"]]);
    expect(
      await query(
        `SELECT count(*) FROM (SELECT departement, specialite, sum(effectif) AS n FROM ${tableOf(home, "medecins")}
         WHERE annee = 2014 GROUP BY ALL) WHERE n = 1`,
      ),
    ).toEqual([["221"]]);
  });
});
