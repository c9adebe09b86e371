import { gzipSync } from "node:zlib";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { filesOf, tableOf, written } from "./companions.fixture.js";
import { meteoReader } from "./meteo.js";

const names =
  "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;RR;QRR;TN;QTN;HTN;QHTN;TX;QTX;HTX;QHTX;TM;QTM;TNTXM;QTNTXM;TAMPLI;QTAMPLI;TNSOL;QTNSOL;TN50;QTN50;DG;QDG;FFM;QFFM;FF2M;QFF2M;FXY;QFXY;DXY;QDXY;HXY;QHXY;FXI;QFXI;DXI;QDXI;HXI;QHXI;FXI2;QFXI2;DXI2;QDXI2;HXI2;QHXI2;FXI3S;QFXI3S;DXI3S;QDXI3S;HXI3S;QHXI3S";

interface StationDay {
  post?: string;
  day: string;
  rr?: string;
  tn?: string;
  tx?: string;
  tm?: string;
  /** Quality of the rain: 1 validated, 2 doubtful. */
  qrr?: string;
}

function line({ post = "01014002", day, rr = "", tn = "", tx = "", tm = "", qrr = "1" }: StationDay): string {
  const fields = [post, "ARBENT", "46.278167", "5.669000", "534", day, rr, rr === "" ? "" : qrr];
  fields.push(tn, "1", "0512", "9", tx, "1", "1431", "9", tm, "1");
  return [...fields, ...Array.from({ length: names.split(";").length - fields.length }, () => "")].join(";");
}

function file(name: string, days: StationDay[]): string {
  return written(name, gzipSync([names, ...days.map(line), ""].join("\n")));
}

const add = (home: string, ...paths: string[]) => meteoReader.add(received(...paths), home, silentEffects);

describe("a daily file of Météo-France", () => {
  test("becomes a row a day, means of the stations that measured", async () => {
    const home = temporaryFolder();
    const path = file("Q_01_latest-2025-2026_RR-T-Vent.csv.gz", [
      { day: "20250101", rr: "0.2", tn: "-1.5", tx: "4", tm: "1.1" },
      { post: "01027003", day: "20250101", rr: "1.1", tn: "-2.5" },
      { post: "01034004", day: "20250101", rr: "99.9", qrr: "2" },
      { post: "01071001", day: "20250101" },
      { day: "20250102", tn: "mq", tx: "5.5" },
    ]);
    const [imported] = await add(home, path);
    expect(imported).toMatchObject({ table: "meteo", rows: 2, replaced: false });
    expect(imported?.notes.join("\n")).toMatch(
      /Département 01, du 2025-01-01 au 2025-01-02\.\n5 relevés.*\n1 valeur que Météo-France donne pour douteuse/,
    );
    expect(await query(`FROM ${tableOf(home, "meteo")} ORDER BY jour`)).toEqual([
      ["2025-01-01", "01", "2", "0.65", "-2.0", "4.0", "1.1"],
      ["2025-01-02", "01", "1", null, null, "5.5", null],
    ]);
  });

  test("of Corse goes to its two départements, of the outre-mer to its own", async () => {
    const home = temporaryFolder();
    const corse = file("Q_20_latest-2025-2026_RR-T-Vent.csv.gz", [
      { post: "20004002", day: "20250101", tx: "14" },
      { post: "20148001", day: "20250101", tx: "12" },
      { post: "20999001", day: "20250101", tx: "1" },
    ]);
    const reunion = file("Q_974_latest-2025-2026_RR-T-Vent.csv.gz", [
      { post: "97404540", day: "20250101", tx: "30" },
    ]);
    const imported = await add(home, corse, reunion);
    expect(imported[0]?.notes.join()).toMatch(/code 20 : 20999001/);
    expect(await query(`SELECT departement, tx FROM ${tableOf(home, "meteo")} ORDER BY 1`)).toEqual([
      ["20", "1.0"],
      ["2A", "14.0"],
      ["2B", "12.0"],
      ["974", "30.0"],
    ]);
  });

  test("whose period overlaps what the store holds replaces those days only", async () => {
    const home = temporaryFolder();
    await add(
      home,
      file("Q_01_previous-1950-2024_RR-T-Vent.csv.gz", [
        { day: "20231231", tx: "1" },
        { day: "20240101", tx: "2" },
      ]),
    );
    const [imported] = await add(
      home,
      file("Q_01_latest-2024-2025_RR-T-Vent.csv.gz", [
        { day: "20240101", tx: "3" },
        { day: "20250101", tx: "4" },
      ]),
    );
    expect(imported?.replaced).toBe(true);
    expect(await query(`SELECT jour, tx FROM ${tableOf(home, "meteo")} ORDER BY 1`)).toEqual([
      ["2023-12-31", "1.0"],
      ["2024-01-01", "3.0"],
      ["2025-01-01", "4.0"],
    ]);
    expect(filesOf(home, "meteo")).toHaveLength(1);
    expect(filesOf(home, "meteo")[0]?.sources).toHaveLength(2);
  });

  const whole = [names, line({ day: "20250101", tx: "4" }), ""].join("\n");
  test.each<[string, Buffer | string, RegExp]>([
    [
      "with a word for a number",
      whole.replace(";4;", ";chaud;"),
      /ligne 2, champ TX : « chaud » n'est pas un nombre/,
    ],
    ["with a false day", whole.replace("20250101", "20250230"), /ligne 2, champ AAAAMMJJ : « 20250230 »/],
    ["with a false station", whole.replace("01014002", "ARBENT"), /champ NUM_POSTE : « ARBENT »/],
    ["with a short line", whole.slice(0, -30), /ligne 2 : \d+ champs pour \d+ attendus/],
    [
      "of hours",
      whole.replace("AAAAMMJJ", "AAAAMMJJHH"),
      /n'est pas un fichier quotidien.*il manque AAAAMMJJ\./,
    ],
    ["of names alone", `${names}\n`, /aucune donnée/],
    ["truncated", gzipSync(whole).subarray(0, 100), /tronqué/],
    ["that is a web page", "<html>", /page web/],
    ["that is a zip", Buffer.from("PK\u0003\u0004", "latin1"), /archive \.zip ou un classeur/],
  ])("%s is refused", async (_, bytes, message) => {
    const home = temporaryFolder();
    const attempt = add(home, written("Q_01.csv", bytes));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});
