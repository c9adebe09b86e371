import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { addOpenDamir } from "./open-damir.js";
import {
  fingerprintOf,
  homeWithAMonth,
  publishedFile,
  publishedNames,
  publishedRows,
  received,
  temporaryFolder,
  type PublishedRow,
} from "./open-damir.fixture.js";

/** Imports what must be refused; the store must stay as it was, byte for byte, whether it held something or not. */
async function refusal(file: string): Promise<string> {
  const full = await homeWithAMonth();
  const before = fingerprintOf(full);
  expect(Object.keys(before)).toHaveLength(4);
  const empty = join(temporaryFolder(), "new");
  const messages: string[] = [];
  for (const home of [full, empty]) {
    const error: unknown = await addOpenDamir(received(file), home).then(
      () => new Error("accepted"),
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(UserError);
    messages.push((error as UserError).message);
  }
  expect(fingerprintOf(full)).toEqual(before);
  expect(fingerprintOf(join(empty, ".."))).toEqual({});
  expect(messages[0]).toBe(messages[1]);
  return messages[0] ?? "";
}

async function refusalOf(bytes: string | Buffer, name = "A202501.csv"): Promise<string> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, bytes);
  return refusal(file);
}

const row = (fields: PublishedRow) => publishedFile([{}, fields, {}]);
const html = "<!DOCTYPE html>\n<html><head><title>Lien expiré</title></head></html>\n";
const zipped = gzipSync(publishedFile(publishedRows(20_000)));
const withField = (line: number, change: (fields: string[]) => void) => {
  const lines = publishedFile([{}, {}, {}]).split("\n");
  const fields = (lines[line] ?? "").split(";");
  change(fields);
  lines[line] = fields.join(";");
  return lines.join("\n");
};

describe("files that aren't a month of Open DAMIR", () => {
  test.each<[string, string | Buffer, string, RegExp]>([
    [
      "another csv",
      "dep;population\n01;650000\n",
      "x.csv",
      /x\.csv n'est pas un fichier mensuel d'Open DAMIR.*dep;population/,
    ],
    ["a comma-separated csv", publishedFile([{}]).replaceAll(";", ","), "x.csv", /points-virgules/],
    ["a web page as .csv.gz", html, "A202501.csv.gz", /A202501\.csv\.gz est une page web \(HTML\)/],
    ["a web page, zipped", gzipSync(html), "A202501.csv.gz", /page web/],
    ["a web page of one line", `<html>${"x".repeat(200_000)}</html>`, "A.csv", /page web/],
    ["an empty file", "", "A202501.csv", /A202501\.csv est vide/],
    ["an empty gzip", gzipSync(""), "A202501.csv.gz", /ne contient rien/],
    ["a header alone", publishedFile([]), "A202501.csv", /que ses noms de colonnes/],
    ["a zip", Buffer.from("PK\u0003\u0004\u0014\u0000\u0000"), "A.zip", /archive \.zip/],
    ["a binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 0]), "A.csv", /binaire/],
    ["a binary without zeros", Buffer.alloc(300_000, 0xe9), "A.csv", /n'est pas un fichier mensuel/],
    [
      "one endless line",
      `${publishedNames.join(";")};\n${"0".repeat(200_000)}`,
      "A.csv",
      /ligne 2 : plus de 65536 caractères/,
    ],
    [
      "an unknown column",
      publishedFile([{}], { names: [...publishedNames, "NEW_COL"] }),
      "A.csv",
      /ligne 1 : colonne inconnue « NEW_COL »/,
    ],
    [
      "a column twice",
      publishedFile([{}], { names: [...publishedNames, "PRS_NAT"] }),
      "A.csv",
      /PRS_NAT apparaît deux fois/,
    ],
  ])("%s", async (_, bytes, name, message) => {
    expect(await refusalOf(bytes, name)).toMatch(message);
  });

  test("a missing file", async () => {
    expect(await refusal("/nowhere/A202501.csv.gz")).toMatch(/\/nowhere\/A202501\.csv\.gz n'existe pas/);
  });

  test("a folder", async () => {
    expect(await refusal(temporaryFolder())).toMatch(/est un dossier/);
  });
});

describe("damaged files", () => {
  test.each([0.1, 0.5, 0.99, 0.99999])("a gzip cut at %d of its length", async (share) => {
    const cut = zipped.subarray(0, Math.floor(zipped.length * share));
    expect(await refusalOf(cut, "A202501.csv.gz")).toMatch(/A202501\.csv\.gz est tronqué/);
  });

  test("a gzip with a changed byte", async () => {
    const changed = Buffer.from(zipped);
    changed[changed.length - 6] = (changed[changed.length - 6] ?? 0) ^ 1;
    expect(await refusalOf(changed, "A202501.csv.gz")).toMatch(/est abîmé/);
  });

  test("a gzip followed by something else", async () => {
    expect(await refusalOf(Buffer.concat([zipped, Buffer.from("garbage")]), "A.csv.gz")).toMatch(/est abîmé/);
  });

  test.each([10, 3_000_000])("a gzip with a hole of %d zeros between two members", async (hole) => {
    const bytes = Buffer.concat([zipped, Buffer.alloc(hole), gzipSync("more")]);
    expect(await refusalOf(bytes, "A.csv.gz")).toMatch(/est abîmé : l'archive \.gz finit avant/);
  });

  test("a csv that stops in the middle of a line", async () => {
    expect(await refusalOf(publishedFile([{}, {}]).slice(0, -20))).toMatch(
      /ligne 3 : le fichier s'arrête au milieu/,
    );
  });

  test.each<[string, string | Buffer, RegExp]>([
    ["too many fields", withField(2, (fields) => fields.push("7")), /ligne 3 : 58 champs pour 57 attendus/],
    ["an empty field too many", withField(2, (fields) => fields.push("")), /ligne 3 : 58 champs/],
    [
      "a value after the last separator",
      withField(2, (fields) => fields.splice(56, 1, "7")),
      /ligne 3 : 57 champs/,
    ],
    [
      "an empty line in the middle",
      publishedFile([{}, {}]).replace(/\n(.*)\n$/, "\n\n$1\n"),
      /ligne 3 : ligne vide/,
    ],
    [
      "a letter in an amount",
      row({ PRS_PAI_MNT: "12x.5" }),
      /A202501\.csv, ligne 3, champ PRS_PAI_MNT : « 12x\.5 » n'est pas un nombre/,
    ],
    ["a comma in an amount", row({ PRS_PAI_MNT: "12,5" }), /PRS_PAI_MNT : « 12,5 » n'est pas un nombre/],
    ["an exponent", row({ PRS_PAI_MNT: "1e3" }), /« 1e3 »/],
    ["a plus sign", row({ PRS_PAI_MNT: "+5" }), /« \+5 »/],
    ["a space", row({ PRS_PAI_MNT: " 5" }), /« {2}5 » n'est pas un nombre/],
    ["quotes", row({ PRS_PAI_MNT: '"5"' }), /« "5" » n'est pas un nombre/],
    ["a point alone", row({ PRS_PAI_MNT: "." }), /« \. » n'est pas un nombre/],
    ["a sign alone", row({ PRS_PAI_MNT: "-" }), /« - » n'est pas un nombre/],
    ["two signs", row({ PRS_PAI_MNT: "--5" }), /« --5 » n'est pas un nombre/],
    [
      "thousandths of euros",
      row({ FLT_REM_MNT: "1.005" }),
      /FLT_REM_MNT : « 1\.005 » a trop de décimales \(2 décimales au plus/,
    ],
    ["half an act", row({ FLT_ACT_QTE: "1.5" }), /FLT_ACT_QTE : « 1\.5 » a trop de décimales \(aucune/],
    [
      "a code out of range",
      row({ PRS_NAT: "32768" }),
      /PRS_NAT : « 32768 » dépasse ce que tient le type SMALLINT/,
    ],
    ["a negative out of range", row({ PRS_NAT: "-32769" }), /« -32769 » dépasse/],
    ["a rate out of range", row({ PRS_REM_TAU: "1000" }), /PRS_REM_TAU : « 1000 » dépasse/],
    [
      "an amount out of range",
      row({ FLT_REM_MNT: "99999999999999999.99" }),
      /dépasse ce que tient le type DECIMAL\(18,2\)/,
    ],
    [
      "an accent, in latin-1",
      Buffer.from(row({ ETB_DCS_MCO: "\u00e9" }), "latin1"),
      /ligne 3, champ ETB_DCS_MCO : « \\xe9 » contient/,
    ],
    ["an accent, in UTF-8", row({ PRS_NAT: "\u00e0" }), /« à » n'est pas un nombre/],
    ["a byte zero", row({ ETB_DCS_MCO: "Z\u0000" }), /binaire|\\x00/],
    [
      "garbage in the middle",
      Buffer.from(row({ PRS_NAT: "\u0001\u00ff" }), "latin1"),
      /« \\x01\\xff » n'est pas un nombre/,
    ],
    [
      "another month",
      row({ FLX_ANN_MOI: "202502" }),
      /ligne 3, champ FLX_ANN_MOI : « 202502 », alors que .* 202501/,
    ],
    ["no month", row({ FLX_ANN_MOI: "" }), /ligne 3, champ FLX_ANN_MOI/],
    ["an impossible month", publishedFile([{ FLX_ANN_MOI: "202513" }]), /« 202513 » n'est pas un mois/],
  ])("%s", async (_, bytes, message) => {
    expect(await refusalOf(bytes)).toMatch(message);
  });

  test("a fault far in the file is found, with its line", async () => {
    const rows = publishedRows(30_000);
    rows[29_000] = { ...rows[29_000], PRS_PAI_MNT: "O.5" };
    expect(await refusalOf(gzipSync(publishedFile(rows)), "A202501.csv.gz")).toMatch(
      /ligne 29002, champ PRS_PAI_MNT : « O\.5 »/,
    );
  });

  test("two files of the same month, before anything is imported", async () => {
    const folder = temporaryFolder();
    const files = ["a.csv", "b.csv"].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, publishedFile([{}]));
    const home = join(folder, "home");
    await expect(addOpenDamir(received(...files), home)).rejects.toThrow(
      /a\.csv et b\.csv portent le même mois de traitement \(202501\)/,
    );
    expect(fingerprintOf(home)).toEqual({});
  });

  test("a file that isn't Open DAMIR among several, before anything is imported", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.csv"), publishedFile([{}]));
    writeFileSync(join(folder, "b.csv"), "x;y\n1;2\n");
    const home = join(folder, "home");
    await expect(addOpenDamir(received(join(folder, "a.csv"), join(folder, "b.csv")), home)).rejects.toThrow(
      /b\.csv n'est pas/,
    );
    expect(fingerprintOf(home)).toEqual({});
  });
});
