import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { openLabPage, runCommand, type LabWindow } from "./lab-pages.js";
import { openPanel, search, sources } from "./panel-pages.js";
import { copyOfStarters, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");

let lab: Lab | undefined;
let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  folder = copyOfStarters();
  lab = await startTestLab({ folder });
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("inserts a column and filters at the cursor, and a query that runs as it is", async () => {
  const page = await openHome();
  await newNotebook(page);
  await typeInCell(page, "const lignes = 'SELECT FROM damir WHERE '");
  // The cursor before FROM, then before the closing quote.
  for (let i = 0; i < "FROM damir WHERE '".length; i++) await page.keyboard.press("ArrowLeft");
  await openPanel(page);
  await search(page, "flt_rem_mnt");
  await page.getByRole("button", { name: "Insérer « flt_rem_mnt »" }).click();
  await page.getByText("« flt_rem_mnt » inséré dans la cellule 1.").waitFor();
  await expect.poll(() => sources(page)).toEqual(["const lignes = 'SELECT flt_rem_mnt FROM damir WHERE '"]);
  // One goes on from where one was.
  await page.waitForFunction(() => document.activeElement?.classList.contains("cm-content"));
  for (let i = 0; i < "FROM damir WHERE ".length; i++) await page.keyboard.press("ArrowRight");
  await search(page, "1110");
  await page.getByRole("button", { name: "Insérer « prs_nat = 1110 »" }).first().click();
  await expect
    .poll(() => sources(page))
    .toEqual(["const lignes = 'SELECT flt_rem_mnt FROM damir WHERE prs_nat = 1110'"]);
  // A code that is a text has its quotes.
  await search(page, "departement 75 paris");
  await page.getByRole("button", { name: "Insérer « departement = '75' »" }).first().waitFor();

  await search(page, "flt_rem_mnt");
  await page.locator(".damir-Entry-open", { hasText: "flt_rem_mnt" }).first().click();
  await page.getByRole("button", { name: "Ajouter une requête" }).click();
  await page.getByText("Requête ajoutée : cellule 2.").waitFor();
  expect((await sources(page))[1]).toMatch(/^import \{ connect \} from "damir";/);
  await runCommand(page, "notebook:run-cell");
  await page.locator(".jp-Cell-outputArea table").first().waitFor({ timeout: 60_000 });
  await page.close();
});
it("says that its kernel died, and starts another one when asked", async () => {
  const page = await openHome();
  const before = (await running(page)).kernels;
  await openPanel(page);
  const own = (await running(page)).kernels.find((id) => !before.includes(id)) ?? "";
  for (const pid of processesOf(own)) process.kill(pid, "SIGKILL");
  const alert = page.getByRole("alert").filter({ hasText: "Le noyau du panneau s'est arrêté" });
  await alert.waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(screenshots, "panel-dead-kernel.png") });
  await alert.getByRole("button", { name: "Réessayer" }).click();
  await alert.waitFor({ state: "detached" });
  await search(page, "kine");
  // One of its own again, and not the dead one brought back by Jupyter.
  const after = async () => (await running(page)).kernels.filter((id) => !before.includes(id));
  await expect.poll(after, { timeout: 30_000 }).toHaveLength(1);
  expect(await after()).not.toContain(own);
  await page.close();
});
async function openHome(viewport = { width: 1280, height: 900 }): Promise<Page> {
  if (!browser || !lab) throw new Error("the lab did not start");
  const page = await openLabPage(browser, lab.url, viewport);
  await page.locator(".damir-Card").first().waitFor();
  return page;
}

async function newNotebook(page: Page): Promise<void> {
  await runCommand(page, "notebook:create-new", { cwd: "", kernelName: "typescript" });
  await page.waitForFunction(
    () =>
      (window as unknown as LabWindow).jupyterapp.shell.currentWidget.sessionContext?.session?.kernel
        ?.name === "typescript",
  );
}

async function typeInCell(page: Page, text: string): Promise<void> {
  await page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .cm-content").first().click();
  // As a whole: quotes typed one by one would be closed by the editor.
  await page.keyboard.insertText(text);
}

/** Kernels and sessions of the server. */
function running(page: Page): Promise<{ kernels: string[]; sessions: string[] }> {
  return page.evaluate(async () => {
    const list = async (what: string) => {
      const answer = await fetch(`/api/${what}`);
      return ((await answer.json()) as { id: string }[]).map(({ id }) => id).sort();
    };
    return { kernels: await list("kernels"), sessions: await list("sessions") };
  });
}

/** Processes of a kernel, found by the connection file that they were started with. */
function processesOf(kernel: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`kernel-${kernel}.json`);
      } catch {
        // It ended meanwhile.
        return false;
      }
    })
    .map(Number);
}
