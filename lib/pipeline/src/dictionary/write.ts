import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { dictionaryFiles, pagesFolder } from "./pages.js";

// Everything is rendered before the former pages go: a mistake in data/dictionary/ leaves them as they were.
const files = dictionaryFiles();
rmSync(pagesFolder, { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
process.stdout.write(`${files.size} fichiers du dictionnaire.\n`);
