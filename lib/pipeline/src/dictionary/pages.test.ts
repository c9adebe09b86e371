import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { markdownTable, plain } from "./markdown.js";
import { dictionaryFiles, pagesFolder } from "./pages.js";

const files = dictionaryFiles();
const advice = "npm run dictionary rewrites it from data/dictionary/";

describe("the dictionary's files", () => {
  it("are what data/dictionary/ says", () => {
    for (const [path, text] of files) {
      expect(existsSync(path) && readFileSync(path, "utf8"), `${path}: ${advice}`).toBe(text);
    }
  });

  it("hold no page that nothing makes any more", () => {
    const pages = readdirSync(pagesFolder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(pagesFolder, name));
    expect(pages.filter((page) => !files.has(page))).toEqual([]);
    expect(pages.length).toBeGreaterThan(100);
  });

  it("link to pages that exist", () => {
    const guide = normalize(join(pagesFolder, "../guide"));
    for (const [path, text] of files) {
      for (const [, link = ""] of text.matchAll(/\]\(([^)#]+\.md)\)/g)) {
        const target = normalize(join(dirname(path), link));
        expect(
          files.has(target) || (target.startsWith(guide) && existsSync(target)),
          `${path} → ${link}`,
        ).toBe(true);
      }
    }
  });
});

describe("Markdown", () => {
  it("never reads a mark in a label", () => {
    expect(plain("IJ <3MOIS> *A_B* [x]")).toBe("IJ \\<3MOIS\\> \\*A\\_B\\* \\[x\\]");
  });

  it("keeps a cell in its column", () => {
    expect(markdownTable(["a", "b"], [["1|2", "x\ny"]])).toBe("| a | b |\n| --- | --- |\n| 1\\|2 | x y |");
  });

  it("is nothing where there is no row", () => {
    expect(markdownTable(["a"], [])).toBe("");
  });
});
