import { gzipSync } from "node:zlib";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { fingerprintOf, query, temporaryFolder } from "../open-damir.fixture.js";
import {
  bareColumns,
  expenseFile,
  expenseRows,
  imported,
  labelledColumns,
  nationalPublishedColumns,
  parquetOf,
  written,
  type ExpenseRow,
} from "./expense.fixture.js";

describe("a bad file", () => {
  const row = (fields: ExpenseRow) => expenseFile([{}, fields, {}]);
  const text = expenseFile([{}, {}, {}]).toString("latin1");
  test.each<[string, Buffer | string, RegExp, string?]>([
    ["empty", "", /est vide/],
    ["a header alone", expenseFile([]), /que ses noms de colonnes/],
    ["a web page", "<!DOCTYPE html><html></html>", /page web/],
    ["another dataset", "dep;annee;value\n01;2014;3\n", /n'est pas un fichier de dépenses par caisse/],
    ["Open DAMIR", "FLX_ANN_MOI;ORG_CLE_REG;\n202501;99;\n", /n'est pas un fichier de dépenses par caisse/],
    ["an N file", expenseFile([{}], nationalPublishedColumns), /table R\) : il n'a pas de colonne cpam\./],
    ["in UTF-16", Buffer.from(`\uFEFF${text}`, "utf16le"), /UTF-16/],
    [
      "without a measure",
      expenseFile(
        [{}],
        bareColumns.filter((name) => name !== "rec_mon"),
      ),
      /il manque rec_mon/,
    ],
    ["with a new column", expenseFile([{}], [...bareColumns, "NEUF"]), /colonne inconnue « neuf »/],
    ["with a column twice", expenseFile([{}], [...bareColumns, "cpam"]), /cpam apparaît deux fois/],
    [
      "with English numbers",
      row({ rem_mon: "1,234.56" }),
      /ligne 3, champ rem_mon : « 1,234\.56 » n'est pas un nombre/,
    ],
    ["with a point for decimals", row({ rem_mon: "12.5" }), /ligne 3, champ rem_mon : « 12\.5 »/],
    ["with thousandths of euros", row({ dep_mon: "1,005" }), /ligne 3, champ dep_mon.*trop de décimales/],
    ["with a huge amount", row({ rec_mon: `1${"0".repeat(17)}` }), /champ rec_mon.*dépasse.*DECIMAL\(18,2\)/],
    ["with a large code", row({ prs_nat: "40000" }), /champ prs_nat.*dépasse.*SMALLINT/],
    ["with letters in a number", row({ act_dnb: "12x" }), /ligne 3, champ act_dnb : « 12x »/],
    ["with a word for a code", row({ exe_spe: "Omni" }), /champ exe_spe.*n'est pas un code/],
    ["with a sentence for a caisse", row({ cpam: "à Lille" }), /champ cpam.*n'est pas un code/],
    [
      "with a short line",
      text.replace(/\r\n$/, "").slice(0, -20),
      /ligne 4 : \d+ champs pour 21 attendus.*tronqué/,
    ],
    ["with a long line", text.replace("0,00", "0,00;1"), /ligne 2 : 22 champs pour 21/],
    ["with an empty line", text.replace("\r\n", "\r\n\r\n"), /ligne 2 : ligne vide/],
    [
      "without a month in its name",
      expenseFile([{}]),
      /depenses\.csv ne dit pas de quel mois/,
      "depenses.csv",
    ],
    [
      "of another month by rem_date",
      expenseFile([{}], [...bareColumns, "rem_date"]),
      /rem_date : « 201401 ».*202001/,
      "R202001.CSV",
    ],
    [
      "with a département in two régions",
      expenseFile([{}, { region: "93" }], labelledColumns),
      /ligne 3, champ region : le département 01/,
    ],
    ["a truncated gzip", gzipSync(expenseFile(expenseRows(3_000).rows)).subarray(0, 9_000), /tronqué/],
  ])("%s is refused", async (_, bytes, message, name = "R201401.CSV") => {
    const home = temporaryFolder();
    await imported(home, written("R201312.CSV", expenseFile([{}])));
    const before = fingerprintOf(home);
    const attempt = imported(home, written(name, bytes));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual(before);
  });

  test("leaves the months before it imported, and says so", async () => {
    const home = temporaryFolder();
    const paths = [written("R201401.CSV", expenseFile([{}])), written("R201402.CSV", row({ rem_mon: "x" }))];
    await expect(imported(home, ...paths)).rejects.toThrow(/mois d'avant sont importés : 201401/);
    expect(await query(`SELECT flx_ann_moi FROM ${parquetOf(home)}`)).toEqual([["201401"]]);
  });
});
