import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems, openLabPage, type LabWindow } from "./lab-pages.js";
import { notebookOf, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");
const folder = mkdtempSync(join(tmpdir(), "progress-"));

const cells = [
  `import { connect } from "damir";
const damir = await connect();
const garde = 42;`,
  // Hours of work, unless it is interrupted.
  "await damir.sql`SELECT count(*) AS n FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0`",
  "garde + 1",
  `for (const _ of progress(Array.from({ length: 400 }), "Départements")) await new Promise((end) => setTimeout(end, 20));`,
  "while (true) {}",
  `await new Promise((end) => setTimeout(end, 3000));
"manqué"`,
  // Until the test has seen enough of it.
  `import { existsSync } from "node:fs";
const étapes = progress(5_000, "Étapes");
while (!existsSync("assez")) { étapes.advance(); await new Promise((end) => setTimeout(end, 20)); }`,
];

let lab: Lab | undefined;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(join(folder, "longues.ipynb"), notebookOf(cells));
  lab = await startTestLab({ folder });
  browser = await openChromium();
  page = await openLabPage(browser, lab.url);
  page.setDefaultTimeout(60_000);
  // Who leaves with unsaved outputs is asked.
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("heading", { name: "Atelier DAMIR" }).waitFor();
  await execute("docmanager:open", { path: "longues.ipynb" });
  await page.waitForFunction(() => {
    const { sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return sessionContext?.isReady === true && sessionContext.session?.kernel?.status === "idle";
  });
  await run(0);
  await page.waitForFunction(
    () =>
      typeof (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model.toJSON().cells[0]
        ?.execution_count === "number",
  );
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const indicator = () => page.getByRole("group", { name: "Cellule en cours" });

it("says which cell runs and for how long, interrupts a query by the keyboard, keeps what the kernel knows", async () => {
  await run(1);
  await run(2);
  await indicator().getByRole("button", { name: "Cellule 2" }).waitFor();
  await indicator().getByText("1 en attente").waitFor();
  await page
    .locator(".jp-Cell")
    .nth(1)
    .getByText(/Requête en cours/)
    .waitFor();
  expect(await accessibilityProblems(page, ".damir-Running")).toEqual([]);
  await page.screenshot({ path: join(screenshots, "running-query.png") });
  await indicator().getByRole("button", { name: "Interrompre" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => outcome(1), { timeout: 20_000 }).toBe("error");
  await indicator().getByRole("button", { name: "Interrompre" }).waitFor({ state: "hidden" });
  expect(await page.locator(".jp-Cell").nth(1).getByText("Requête en cours").count()).toBe(0);
  // The focus is in the notebook again, not lost with the button.
  expect(await page.evaluate(() => document.activeElement?.closest(".jp-Notebook") !== null)).toBe(true);
  await rest();
  await run(2);
  await expect.poll(() => outcome(2), { timeout: 60_000 }).toBe("done");
});

it("shows how far a loop has come, tells those who listen, and goes to its cell", async () => {
  await run(3);
  const bar = indicator().getByRole("progressbar", { name: "Avancement : Cellule 4" });
  await bar.waitFor();
  const first = Number(await bar.getAttribute("value"));
  await expect.poll(async () => Number(await bar.getAttribute("value"))).toBeGreaterThan(first);
  expect(await indicator().innerText()).toMatch(/\d+\s%/);
  await page.screenshot({ path: join(screenshots, "running-loop.png") });
  await indicator().getByRole("status").getByText("Départements", { exact: false }).waitFor();
  await indicator().getByRole("button", { name: "Cellule 4" }).click();
  expect(
    await page.evaluate(
      () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.activeCellIndex,
    ),
  ).toBe(3);
  await indicator()
    .getByRole("status")
    .getByText(/Cellule 4 : fini en \d+\ss/)
    .waitFor();
});

it("interrupts a loop that never gives way", async () => {
  await run(4);
  await indicator().getByRole("button", { name: "Interrompre" }).click();
  await expect.poll(() => outcome(4), { timeout: 20_000 }).toBe("error");
  await rest();
  await run(2);
  await expect.poll(() => outcome(2), { timeout: 60_000 }).toBe("done");
});

it("follows a cell that runs while the page is reloaded, and keeps what it gives in the end", async () => {
  await run(6);
  await run(2);
  const bar = indicator().getByRole("progressbar", { name: "Avancement : Cellule 7" });
  await bar.waitFor();
  await reopen(1000);
  await bar.waitFor();
  const value = Number(await bar.getAttribute("value"));
  await expect
    .poll(async () => Number(await bar.getAttribute("value")), { timeout: 20_000 })
    .toBeGreaterThan(value);
  await indicator().getByText("1 en attente").waitFor();
  await page.locator(".jp-Cell").nth(6).locator("progress").waitFor();
  await page.screenshot({ path: join(screenshots, "running-reloaded.png") });
  // Nothing was lost: there is nothing to say.
  expect(await page.locator(".damir-Banner").count()).toBe(0);
  writeFileSync(join(folder, "assez"), "");
  await bar.waitFor({ state: "hidden" });
  await expect.poll(() => outcome(2), { timeout: 20_000 }).toBe("done");
  expect(await outcome(6)).toBe("done");
  await page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output", { hasText: "43" }).waitFor();
  expect(await recorded()).toEqual([]);
});

it("interrupts a query that an earlier page began", async () => {
  await run(1);
  await indicator().getByRole("button", { name: "Cellule 2" }).waitFor();
  await reopen(0);
  await indicator().getByRole("button", { name: "Interrompre" }).click();
  await expect.poll(() => outcome(1), { timeout: 20_000 }).toBe("error");
  await indicator().getByRole("button", { name: "Interrompre" }).waitFor({ state: "hidden" });
  expect(await recorded()).toEqual([]);
});

it("says which cell ended while nobody was there", async () => {
  await run(5);
  await page.waitForTimeout(500);
  await reopen(5000);
  const banner = page.locator(".damir-Banner");
  await banner.getByText("La cellule 6 s'est terminée pendant que la page se rechargeait").waitFor();
  expect(await accessibilityProblems(page, ".damir-Banner")).toEqual([]);
  await page.screenshot({ path: join(screenshots, "ended-unseen.png") });
  await banner.getByRole("button", { name: "Masquer" }).click();
  await banner.waitFor({ state: "detached" });
  expect(await recorded()).toEqual([]);
  await run(5);
  await page.locator(".jp-Cell").nth(5).getByText("manqué", { exact: false }).last().waitFor();
});

/** Leaves the page without saving, and comes back some milliseconds later. */
async function reopen(absence: number): Promise<void> {
  const address = page.url();
  await page.goto("about:blank");
  await page.waitForTimeout(absence);
  await page.goto(address);
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
  await page.waitForFunction(() => {
    const { currentWidget } = (
      window as unknown as { jupyterapp: { shell: { currentWidget: Shown | null } } }
    ).jupyterapp.shell;
    return currentWidget?.context?.path === "longues.ipynb";
  });
}

/** What a page shows; nothing while it opens again what was there. */
type Shown = LabWindow["jupyterapp"]["shell"]["currentWidget"];

/** What the browser keeps of running cells. */
function recorded(): Promise<string[]> {
  return page.evaluate(() =>
    Object.keys(localStorage).filter((key) => key.startsWith("atelier-damir:running")),
  );
}

function execute(id: string, args: Record<string, unknown> = {}): Promise<unknown> {
  return page.evaluate(
    async ([command, options]) => {
      await (window as unknown as LabWindow).jupyterapp.commands.execute(command, options);
    },
    [id, args] as const,
  );
}

/** Runs a cell without waiting for its end. */
function run(index: number): Promise<void> {
  return page.evaluate((at) => {
    const { shell, commands } = (window as unknown as LabWindow).jupyterapp;
    shell.currentWidget.content.activeCellIndex = at;
    void commands.execute("notebook:run-cell");
  }, index);
}

/** Waits until the kernel has done with what was interrupted, the cells that waited behind it included. */
async function rest(): Promise<void> {
  await page.waitForFunction(
    () =>
      (window as unknown as LabWindow).jupyterapp.shell.currentWidget.sessionContext?.session?.kernel
        ?.status === "idle",
  );
}

/** What became of a cell. */
async function outcome(index: number): Promise<"error" | "done" | "pending"> {
  const cell = await page.evaluate(
    (at) => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model.toJSON().cells[at],
    index,
  );
  if (cell?.outputs?.some(({ output_type: type }) => type === "error")) return "error";
  return typeof cell?.execution_count === "number" ? "done" : "pending";
}
