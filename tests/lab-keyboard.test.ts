import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems, openLabPage, waitForNotebook, type LabWindow } from "./lab-pages.js";
import { copyOfStarters, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");

let lab: Lab | undefined;
let browser: Browser | undefined;
let folder: string;
let page: Page;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  folder = copyOfStarters();
  lab = await startTestLab({ folder });
  browser = await openChromium();
  page = await openLabPage(browser, lab.url, { width: 1280, height: 900 });
  page.setDefaultTimeout(60_000);
  await page.locator(".damir-Card").first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Nothing here but keys: no click, no focus given by the test.
it("goes by keys alone from the home page to a notebook of one's own, changed, run, compared and shared", async () => {
  await tabTo("Chercher", 12);
  await page.keyboard.type("premiers pas dans");
  await page.locator(".damir-Home-count", { hasText: "1 notebook de départ" }).waitFor();
  await tabTo("Premiers pas dans DAMIR", 4);
  await page.keyboard.press("Enter");
  await page.locator(".damir-Banner").getByText("Lecture seule").waitFor();
  await waitForNotebook(page, "modeles:00-premiers-pas/00-premiers-pas.modele.ipynb");

  await choose("Forker le notebook");
  await waitForNotebook(page, "mes-analyses/00-premiers-pas.ipynb");
  await page.waitForFunction(
    () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.mode === "edit",
  );
  await page.keyboard.type("// ma copie\n");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => {
    const { model } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content;
    return model.toJSON().cells.some(({ execution_count: count }) => typeof count === "number");
  });
  await page.keyboard.press("Control+s");
  await page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty").waitFor({ state: "detached" });

  await choose("Comparer avec l'original");
  await page.locator(".damir-Comparison-cell.damir-mod-changed").waitFor();
  await tabTo("Différence suivante", 3);
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    () => document.activeElement?.closest(".damir-Comparison-cell.damir-mod-changed") !== null,
  );

  await choose("Partager le notebook");
  const dialog = page.locator("dialog.damir-Share");
  await dialog.waitFor();
  await tabTo("Auteur (", 20);
  await page.keyboard.type("Camille Martin");
  await tabTo("Contrôler et voir la page", 20);
  await page.keyboard.press("Enter");
  await dialog.getByText("La page est prête. Rien n'est publié.").waitFor({ timeout: 180_000 });
  await page.screenshot({ path: join(screenshots, "share-by-keyboard.png") });
  expect(await accessibilityProblems(page, "dialog.damir-Share")).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  // Its own work is on the home page from now on, and a key away from its original.
  await choose("Atelier DAMIR");
  await page.locator(".damir-Own").getByText("00-premiers-pas", { exact: true }).waitFor();
  await tabTo("Comparer « 00-premiers-pas » avec l'original", 6);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.closest(".damir-Comparison") !== null);
});

/** Goes on to what bears a name, as a person does who sees where the focus is. */
async function tabTo(name: string, most: number): Promise<void> {
  const passed: string[] = [];
  for (let steps = 0; steps < most; steps++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      const { labels } = (activeElement ?? {}) as { labels?: NodeListOf<HTMLLabelElement> };
      return [
        activeElement?.getAttribute("aria-label") ?? "",
        labels?.[0]?.textContent ?? "",
        activeElement?.textContent ?? "",
      ].find((text) => text.trim() !== "");
    });
    if (focused?.includes(name) === true) return;
    passed.push((focused ?? "").trim().slice(0, 40));
  }
  throw new Error(`« ${name} » isn't within ${most} tabs: ${passed.join(" | ")}`);
}

/** Waits until the focus stays where it is: what has just been opened takes it as its parts become ready, and a person sees that. */
function focusSettles(): Promise<void> {
  return page.evaluate(
    (quiet) =>
      new Promise<void>((resolve) => {
        const end = () => {
          document.removeEventListener("focusin", again, true);
          resolve();
        };
        let timer = setTimeout(end, quiet);
        const again = () => {
          clearTimeout(timer);
          timer = setTimeout(end, quiet);
        };
        document.addEventListener("focusin", again, true);
      }),
    2_000,
  );
}

/** Runs a command of the palette. */
async function choose(command: string): Promise<void> {
  await focusSettles();
  // The palette closes when something else takes the focus all the same: a person opens it again.
  await expect
    .poll(
      async () => {
        await page.keyboard.press("Control+Shift+C");
        await page.waitForTimeout(300);
        return page.evaluate(() => document.activeElement?.closest(".lm-CommandPalette") !== null);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.keyboard.type(command);
  await page.locator(".lm-CommandPalette-item.lm-mod-active", { hasText: command }).waitFor();
  await page.keyboard.press("Enter");
}
