import { expect, it } from "vitest";
import { shownPath, storedPath } from "./starter.js";

it.each([
  ["01-densite-medicale/notebook.ipynb", "01-densite-medicale/01-densite-medicale.modele.ipynb"],
  ["modeles/01-a/notebook.ipynb", "modeles/01-a/01-a.modele.ipynb"],
  // Neither a starter nor one of its names.
  ["mes-analyses/01-a.ipynb", "mes-analyses/01-a.ipynb"],
  ["01-a/autre.ipynb", "01-a/autre.ipynb"],
  ["notebook.ipynb", "notebook.ipynb"],
])("shows %s as %s, and finds it again", (stored, shown) => {
  expect(shownPath(stored)).toBe(shown);
  expect(storedPath(shown)).toBe(stored);
});
