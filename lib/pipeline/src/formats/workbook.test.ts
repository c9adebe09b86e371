import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { temporaryFolder } from "../open-damir.fixture.js";
import { Workbook } from "./workbook.js";

const namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

/** A workbook of one sheet, its XML written by hand: what tools other than Excel's writers do. */
async function bookOf(
  rows: string,
  texts: string[] = [],
  more: Record<string, string> = {},
): Promise<string> {
  const path = join(temporaryFolder(), "x.xlsx");
  const zip = new ZipFile();
  const files = {
    "xl/workbook.xml": `<?xml version="1.0"?><x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"><x:sheets><x:sheet name="Été &amp; hiver" sheetId="1" r:id="rId7"/></x:sheets></x:workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId7" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `<sst ${namespace}>${texts.join("")}</sst>`,
    "xl/worksheets/sheet1.xml": `<worksheet ${namespace}><sheetData>${rows}</sheetData></worksheet>`,
    ...more,
  };
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(path)));
  return path;
}

async function read(path: string): Promise<[number, string[]][]> {
  return Workbook.use(path, async (book) => {
    const rows: [number, string[]][] = [];
    for await (const { number, cells } of book.rows(book.sheetNames[0] ?? "")) rows.push([number, cells]);
    return rows;
  });
}

describe("a workbook", () => {
  test("gives texts, numbers and formulas' results at their columns", async () => {
    const path = await bookOf(
      `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2"><v>1.5E3</v></c><c r="AB2" t="str"><f>A2</f><v>x</v></c></row>
       <row r="3"/><row><c t="inlineStr"><is><t>en </t><t>place</t></is></c><c t="b"><v>1</v></c></row>`,
      ["<si><r><t>Ri</t></r><r><t>che</t></r><rPh><t>phonétique</t></rPh></si>"],
    );
    const columns = ["Riche", "", "1.5E3", ...Array.from({ length: 24 }, () => ""), "x"];
    expect(await read(path)).toEqual([
      [2, columns],
      [4, ["en place", "1"]],
    ]);
    expect(await Workbook.use(path, (book) => Promise.resolve(book.sheetNames))).toEqual(["Été & hiver"]);
  });

  test.each<[string, string, RegExp]>([
    [
      "without a text it refers to",
      '<row r="1"><c r="A1" t="s"><v>3</v></c></row>',
      /feuille Été & hiver, ligne 1 : le texte n° 3/,
    ],
    ["whose XML is broken", '<row r="1"><c r="A1"><v>1</c></row>', /mal formé/],
    ["whose XML stops", '<row r="1"><!--', /mal formé/],
    ["with a cell too far", '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', /la cellule ZZZZ1/],
  ])("%s is refused", async (_, rows, message) => {
    const attempt = read(await bookOf(rows));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
  });

  test("never expands entities", async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet ${namespace}><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>`;
    await expect(read(await bookOf("", [], { "xl/worksheets/sheet1.xml": bomb }))).rejects.toThrow(
      /mal formé/,
    );
  });
});
