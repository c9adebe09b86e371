import type { Page } from "playwright-core";
import { currentNotebook, runCommand } from "./lab-pages.js";

/** Opens the DAMIR panel, and waits for its kernel. */
export async function openPanel(page: Page): Promise<void> {
  await runCommand(page, "atelier-damir:panel");
  await page.locator(".damir-Panel").waitFor();
  await page.locator(".damir-Panel-starting").waitFor({ state: "detached", timeout: 60_000 });
}

/** Types in the panel's search, and waits for what it finds. */
export async function search(page: Page, words: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Chercher une variable" }).fill(words);
  const [first = ""] = words.split(" ");
  await page
    .locator(".damir-Entry")
    .filter({ hasText: new RegExp(first.slice(0, 3), "i") })
    .first()
    .waitFor({ timeout: 60_000 });
}

/** The text of each cell of the notebook that one sees. */
export async function sources(page: Page): Promise<string[]> {
  const { cells } = await currentNotebook(page);
  return cells.map(({ source }) => (Array.isArray(source) ? source.join("") : source));
}
