import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore, storeFolder, UserError } from "damir";
import { describe, expect, test } from "vitest";
import { fingerprintOf, temporaryFolder } from "../open-damir.fixture.js";
import { expenseFile, expenseRows, imported, writeZip } from "./expense.fixture.js";

describe("a yearly zip", () => {
  test("is read as it comes", async () => {
    const path = join(temporaryFolder(), "R_2014_sans_lib.zip");
    await writeZip(path, {
      "R_2014/R201401_sanslib.CSV": expenseFile([{}]),
      "R_2014/R201402_sanslib.CSV": expenseFile([{}, {}]),
      "R_2014/descriptif_table_R.xls": Buffer.from("xls"),
    });
    const home = temporaryFolder();
    const files = await imported(home, path);
    expect(files.map(({ source, month, rows }) => [source, month, rows])).toEqual([
      ["R_2014_sans_lib.zip/R_2014/R201401_sanslib.CSV", "201401", 1],
      ["R_2014_sans_lib.zip/R_2014/R201402_sanslib.CSV", "201402", 2],
    ]);
    expect(files[0]?.notes.join()).toContain("descriptif_table_R.xls");
    const bytes = readFileSync(path);
    const source = readStore(storeFolder(home))?.manifest.tables["damir_departement"]?.files[1]?.source;
    expect(source?.bytes).toBe(bytes.length);
  });

  test("that is wrong in any way is refused, and nothing of it enters", async () => {
    const path = join(temporaryFolder(), "R_2014.zip");
    const content = expenseFile(expenseRows(2_000).rows);
    await writeZip(path, { "R201401.CSV": content });
    const whole = readFileSync(path);
    const central = whole.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    const changed = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const cases: [string, Buffer, RegExp][] = [
      ["truncated", whole.subarray(0, whole.length - 30), /tronqué ou abîmé/],
      ["corrupt", changed((bytes) => bytes.fill(0xff, 2_000, 2_100)), /abîmé/],
      [
        "with a wrong checksum",
        changed((bytes) => bytes.writeUInt32LE(1, central + 16)),
        /somme de contrôle/,
      ],
      [
        "encrypted",
        changed((bytes) => bytes.writeUInt16LE(bytes.readUInt16LE(central + 8) | 1, central + 8)),
        /mot de passe/,
      ],
      ["a bomb", changed((bytes) => bytes.writeUInt32LE(4e9, central + 24)), /bien plus que sa taille/],
      [
        "a file larger than it says",
        changed((bytes) => bytes.writeUInt32LE(content.length - 1_000, central + 24)),
        /tronqué ou abîmé/,
      ],
    ];
    for (const [, bytes, message] of cases) {
      const home = join(temporaryFolder(), "new");
      writeFileSync(path, bytes);
      await expect(imported(home, path)).rejects.toThrow(message);
      await expect(imported(home, path)).rejects.toBeInstanceOf(UserError);
      expect(fingerprintOf(join(home, ".."))).toEqual({});
    }
  });

  test.each<[string, Record<string, Buffer>, RegExp]>([
    ["of other things", { "lexique.xls": Buffer.from("x") }, /aucun fichier de données.*lexique\.xls/],
    ["of nothing", {}, /il est vide/],
    [
      "without months in the names",
      { "janvier.csv": expenseFile([{}]) },
      /R\.zip\/janvier\.csv ne dit pas de quel mois/,
    ],
    [
      "of the same month twice",
      { "R201401.CSV": expenseFile([{}]), "R201401_sanslib.CSV": expenseFile([{}]) },
      /même mois de remboursement \(201401\)/,
    ],
  ])("%s is refused", async (_, files, message) => {
    const path = join(temporaryFolder(), "R.zip");
    await writeZip(path, files);
    await expect(imported(join(temporaryFolder(), "new"), path)).rejects.toThrow(message);
  });
});
