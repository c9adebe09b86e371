import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import english from "./english.json";

/** Each text that the extension shows, with the number of its forms: 2 where it depends on a number. */
function shownTexts(): Map<string, number> {
  const folder = import.meta.dirname;
  const texts = new Map<string, number>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/(?<!\.test)\.tsx?$/.test(file)) continue;
    const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = ts.createSourceFile(
      file,
      readFileSync(join(folder, file), "utf8"),
      ts.ScriptTarget.Latest,
      true,
      kind,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const method = node.expression.name.text;
        const [text] = node.arguments;
        if ((method === "__" || method === "_n") && text) {
          // A text that is put together can't be looked up.
          expect(ts.isStringLiteralLike(text), `${file}: ${text.getText()}`).toBe(true);
          if (ts.isStringLiteralLike(text)) texts.set(text.text, method === "_n" ? 2 : 1);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return texts;
}

it("has every text in English, with its plural, and none too many", () => {
  const shown = shownTexts();
  expect(shown.size).toBeGreaterThan(20);
  expect([...shown.keys()].filter((text) => !Object.hasOwn(english, text))).toEqual([]);
  expect(Object.keys(english).filter((text) => !shown.has(text))).toEqual([]);
  for (const [text, forms] of Object.entries(english)) {
    expect(forms, text).toHaveLength(shown.get(text) ?? 0);
    for (const form of forms) {
      // The same places to fill in, in any order.
      expect(form.match(/%\d/g)?.sort() ?? [], text).toEqual(text.match(/%\d/g)?.sort() ?? []);
    }
  }
});
