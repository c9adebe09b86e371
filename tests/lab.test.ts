import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLab, type Lab } from "../scripts/lab.mjs";
import { choosePort } from "../scripts/port.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { openLabPage, type LabWindow } from "./lab-pages.js";
import { drawnCharts, runAllCells } from "./notebook-runs.js";

const screenshots = join(root, "tests", "output");
const starters = [
  { slug: "00-premiers-pas", drawings: 3 },
  { slug: "01-densite-medicale", drawings: 4 },
];

let lab: Lab | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  // A copy, so that a run leaves no output in the starters; the kernel must find its packages from there too.
  const folder = mkdtempSync(join(tmpdir(), "starters-"));
  cpSync(join(root, "notebooks"), folder, { recursive: true });
  lab = await startLab({
    port: await choosePort(undefined),
    folder,
    args: ["--no-browser", "--LabApp.expose_app_in_browser=True"],
  });
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

it("asks for the token", async () => {
  const { origin } = new URL(started().url);
  expect((await fetch(`${origin}/api/contents`)).status).toBe(403);
});

it("opens on its home page, in French, with the starters beside and our kernel in the launcher", async () => {
  const page = await openLab();
  await page.getByRole("heading", { name: "Atelier DAMIR" }).waitFor();
  expect(await page.locator(".jp-LauncherCard").count()).toBe(0);
  for (const { slug } of starters) await page.locator(".jp-DirListing-item", { hasText: slug }).waitFor();
  expect(await page.locator(".lm-MenuBar").innerText()).toContain("Exécution");
  await page.evaluate(() => {
    void (window as unknown as LabWindow).jupyterapp.commands.execute("launcher:create");
  });
  await page.locator(".jp-LauncherCard", { hasText: "TypeScript" }).first().waitFor();
  await page.screenshot({ path: join(screenshots, "launcher.png") });
  await page.close();
});

it.each(starters)(
  "runs $slug from the file browser and draws its charts and maps",
  async ({ slug, drawings }) => {
    const page = await openLab();
    await page.locator(".jp-DirListing-item", { hasText: slug }).dblclick();
    await page.locator(".jp-DirListing-item", { hasText: "notebook.ipynb" }).dblclick();
    const notebook = await runAllCells(page);
    const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.filter(({ output_type }) => output_type === "error")).toEqual([]);

    const shown = await drawnCharts(page, slug, notebook);
    expect(shown).toHaveLength(drawings);
    for (const { width, height, painted } of shown) {
      expect(width).toBeGreaterThan(400);
      expect(height).toBeGreaterThan(250);
      expect(painted).toBeGreaterThan(1000);
    }
    await page.close();
  },
);

function started(): Lab {
  if (!lab) throw new Error("the lab did not start");
  return lab;
}

async function openLab(): Promise<Page> {
  if (!browser) throw new Error("the browser did not start");
  return openLabPage(browser, started().url);
}
