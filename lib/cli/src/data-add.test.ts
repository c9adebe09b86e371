import { expect, test } from "vitest";
import { summaryOf } from "./data-add.js";

const file = {
  source: "f.csv",
  table: "population",
  rows: 1,
  bytes: 938,
  replaced: false,
  notes: ["Une note."],
};

test("a file says what it did to its table, and gives the table's size as the table's", () => {
  expect(summaryOf(file)).toBe(
    "f.csv : table population importée, 1 ligne, 938 octets. Relue et vérifiée.\n  Une note.",
  );
  expect(summaryOf({ ...file, replaced: true })).toMatch(/ table population remplacée, 1 ligne, /);
  expect(summaryOf({ ...file, storedRows: 6 })).toMatch(
    / table population complétée, 1 ligne de ce fichier ; avec les autres : 6 lignes, 938 octets\./,
  );
  expect(summaryOf({ ...file, storedRows: 6, replaced: true })).toMatch(/ table population mise à jour, /);
  expect(summaryOf({ ...file, table: "damir", month: "202501", rows: 2 })).toMatch(
    / mois 202501 importé, 2 lignes, 938 octets\. Lignes et totaux identiques/,
  );
});
