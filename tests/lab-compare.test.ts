import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems, openLabPage, runCommand, waitForNotebook } from "./lab-pages.js";
import { copyOfStarters, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");
const slug = "01-densite-medicale";
const title = "Densité médicale et consommation de soins";

let lab: Lab | undefined;
let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  folder = copyOfStarters();
  mkdirSync(join(folder, "mes-analyses"));
  lab = await startTestLab({ folder });
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("names the starter in the tab of what one reads, and leaves every file its name", async () => {
  const page = await openHome();
  await page.locator(".damir-Card").getByRole("button", { name: title, exact: true }).click();
  await page.locator(".damir-Banner").getByText("Lecture seule").waitFor();
  await waitForNotebook(page, `modeles:${slug}/${slug}.modele.ipynb`);
  const tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel");
  expect(await tab.innerText()).toBe(`${slug}.modele.ipynb`);
  // JupyterLab's own label speaks English only.
  expect(await page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").innerText()).not.toContain("read-only");
  // The kernel works in the starter's folder: its files are found there.
  expect(readdirSync(join(folder, slug)).sort()).toEqual(readdirSync(join(root, "notebooks", slug)).sort());
  await runCommand(page, "application:close");
  expect(readdirSync(join(folder, slug)).sort()).toEqual(readdirSync(join(root, "notebooks", slug)).sort());
  expect(readFileSync(join(folder, slug, "notebook.ipynb"), "utf8")).toBe(
    readFileSync(join(root, "notebooks", slug, "notebook.ipynb"), "utf8"),
  );
  await page.close();
});

it("opens a starter again where it was when the page is reloaded", async () => {
  const page = await openHome();
  await page.locator(".damir-Card").getByRole("button", { name: title, exact: true }).click();
  await waitForNotebook(page, `modeles:${slug}/${slug}.modele.ipynb`);
  // The lab remembers its layout a moment after it changed.
  await page.waitForTimeout(1500);
  await page.goto(lab?.url ?? "");
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
  await page.locator(".damir-Banner").getByText("Lecture seule").waitFor();
  await page.close();
});

it("says that a fresh fork is its original, then what was changed, added and removed", async () => {
  const page = await openHome();
  await fork(page, `${slug}.ipynb`);
  await compareByToolbar(page);
  await page.getByText("Aucune différence").waitFor();
  expect(await page.getByRole("button", { name: "Différence suivante" }).isDisabled()).toBe(true);

  await runCommand(page, "docmanager:open", { path: `mes-analyses/${slug}.ipynb` });
  await waitForNotebook(page, `mes-analyses/${slug}.ipynb`);
  await page.evaluate(() => {
    const { model } = (window as unknown as EditableWindow).jupyterapp.shell.currentWidget.content;
    const { sharedModel } = model;
    const code = sharedModel.cells.findIndex(({ cell_type }) => cell_type === "code");
    const cell = sharedModel.getCell(code);
    cell.setSource(cell.getSource().replace("const damir", "const base"));
    sharedModel.insertCell(code + 1, { cell_type: "markdown", source: "Mon <b>ajout</b>", metadata: {} });
    sharedModel.deleteCell(0);
  });
  await compareByToolbar(page);
  await page.getByText(/Cellules : 1 modifiée, 1 ajoutée, 1 supprimée, \d+ identiques/).waitFor();
  const changed = page.locator(".damir-Comparison-cell.damir-mod-changed");
  expect(await changed.locator("del code").allInnerTexts()).toEqual([
    expect.stringContaining("const damir ="),
  ]);
  expect(await changed.locator("ins mark").allInnerTexts()).toEqual(["base"]);
  // What a notebook contains is text here, never HTML.
  const added = page.locator(".damir-Comparison-cell.damir-mod-added");
  expect(await added.locator("ins code").innerText()).toContain("Mon <b>ajout</b>");
  // Nothing was saved, and nothing can be changed here.
  expect(await page.locator(".damir-Comparison [contenteditable], .damir-Comparison textarea").count()).toBe(
    0,
  );
  expect(readFileSync(join(folder, "mes-analyses", `${slug}.ipynb`), "utf8")).not.toContain("Mon <b>");
  await page.close();
});

it.each([
  { theme: "JupyterLab Light", width: 1280 },
  { theme: "JupyterLab Dark", width: 1920 },
  // What 1280 pixels are at 200 % zoom.
  { theme: "JupyterLab Light", width: 640 },
])(
  "can be read by everybody in $theme at $width px, and gone through by keyboard",
  async ({ theme, width }) => {
    const page = await openHome({ width, height: 800 });
    await runCommand(page, "apputils:change-theme", { theme });
    await page.waitForFunction((name) => document.body.dataset["jpThemeName"] === name, theme);
    const name = `contraste-${width}.ipynb`;
    const original = readNotebook(join(folder, slug, "notebook.ipynb"));
    const [first, second, ...rest] = original.cells;
    writeFileSync(
      join(folder, "mes-analyses", name),
      JSON.stringify({
        ...original,
        metadata: { ...original.metadata, damir: { forkedFrom: ancestor("0".repeat(64)) } },
        cells: [
          second,
          { ...rest[0], source: `${String(rest[0]?.source)}\n// fin` },
          first,
          ...rest.slice(1),
        ],
      }),
    );
    await runCommand(page, "docmanager:open", { path: `mes-analyses/${name}` });
    await waitForNotebook(page, `mes-analyses/${name}`);
    await runCommand(page, "atelier-damir:compare");
    // The original isn't what was forked: it says so.
    await page.getByText("L'original a été mis à jour depuis votre fork").waitFor();
    await page.locator(".damir-Comparison-cell").first().waitFor();
    await page.locator(".damir-Comparison-same summary").first().click();
    expect(await accessibilityProblems(page, ".damir-Comparison")).toEqual([]);
    await page.screenshot({ path: join(screenshots, `compare-${theme.slice(-5).trim()}-${width}.png`) });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.getByRole("button", { name: "Différence suivante" }).focus();
    await page.keyboard.press("Enter");
    const here = await focused();
    expect(here).toMatch(/^Cellule \d+/);
    await page.getByRole("button", { name: "Différence suivante" }).focus();
    await page.keyboard.press("Enter");
    expect(await focused()).toMatch(/^Cellule \d+/);
    expect(await focused()).not.toBe(here);
    await page.close();
  },
);

it("compares a fork of a fork with the first notebook, from the file browser, and says what is no fork", async () => {
  const page = await openHome();
  const original = readNotebook(join(folder, slug, "notebook.ipynb"));
  writeFileSync(
    join(folder, "mes-analyses", "petit-fils.ipynb"),
    JSON.stringify({
      ...original,
      metadata: {
        damir: {
          forkedFrom: {
            ...ancestor(""),
            notebook: "mes-analyses/disparu.ipynb",
            chain: [ancestor("")],
          },
        },
      },
    }),
  );
  writeFileSync(join(folder, "mes-analyses", "a-moi.ipynb"), JSON.stringify({ ...original, metadata: {} }));
  writeFileSync(
    join(folder, "mes-analyses", "orphelin.ipynb"),
    JSON.stringify({
      ...original,
      metadata: { damir: { forkedFrom: { ...ancestor(""), notebook: "99-parti/notebook.ipynb" } } },
    }),
  );
  await runCommand(page, "filebrowser:open-path", { path: "mes-analyses" });
  await compareByContextMenu(page, "petit-fils.ipynb");
  await page.getByText("comparée au premier notebook de la lignée").waitFor();
  await page.getByText("Aucune différence").waitFor();
  for (const [name, message] of [
    ["a-moi.ipynb", "n'est pas un fork"],
    ["orphelin.ipynb", "n'est plus là"],
  ] as const) {
    await compareByContextMenu(page, name);
    await page.locator(".jp-Dialog", { hasText: message }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".jp-Dialog").waitFor({ state: "detached" });
  }
  await page.close();
});

it("is a click away on the home page, where one's own notebooks are, the last saved first", async () => {
  const page = await openHome();
  const own = page.locator(".damir-Own");
  await own.getByRole("button", { name: "Toutes mes analyses" }).click();
  const names = await own.locator(".damir-Own-open").allInnerTexts();
  expect(names).toEqual(expect.arrayContaining(["a-moi", "orphelin", "petit-fils", slug]));
  const times = await own
    .locator("time")
    .evaluateAll((all) => all.map((one) => Date.parse((one as HTMLTimeElement).dateTime)));
  expect(times).toEqual([...times].sort((one, other) => other - one));
  await own.getByRole("button", { name: "Comparer « petit-fils » avec l'original" }).click();
  await page.getByText("comparée au premier notebook de la lignée").waitFor();
  await runCommand(page, "atelier-damir:home");
  await own.getByRole("button", { name: "Comparer « a-moi » avec l'original" }).click();
  await page.locator(".jp-Dialog", { hasText: "n'est pas un fork" }).waitFor();
  await page.keyboard.press("Escape");
  // What is made meanwhile is there too.
  await page.getByRole("button", { name: "Forker « Profils d'âge" }).click();
  await waitForNotebook(page, "mes-analyses/04-profils-age.ipynb");
  await runCommand(page, "atelier-damir:home");
  await own.getByRole("button", { name: "04-profils-age", exact: true }).click();
  await waitForNotebook(page, "mes-analyses/04-profils-age.ipynb");
  await page.close();
});

/** The lab, its current notebook open to changes. */
interface EditableWindow {
  jupyterapp: {
    shell: {
      currentWidget: {
        content: {
          model: {
            sharedModel: {
              cells: { cell_type: string }[];
              getCell(index: number): { getSource(): string; setSource(source: string): void };
              insertCell(index: number, cell: unknown): void;
              deleteCell(index: number): void;
            };
          };
        };
      };
    };
  };
}

interface NotebookFile {
  metadata: Record<string, unknown>;
  cells: { source: unknown }[];
}

function readNotebook(file: string): NotebookFile {
  const notebook = JSON.parse(readFileSync(file, "utf8")) as NotebookFile;
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => ({
      ...cell,
      source: Array.isArray(cell.source) ? cell.source.join("") : cell.source,
    })),
  };
}

function ancestor(sha256: string) {
  return { starter: slug, notebook: `${slug}/notebook.ipynb`, sha256, date: "2026-01-02T03:04:05.000Z" };
}

async function openHome(viewport = { width: 1280, height: 900 }): Promise<Page> {
  if (!browser || !lab) throw new Error("the lab did not start");
  const page = await openLabPage(browser, lab.url, viewport);
  await page.locator(".damir-Card").first().waitFor();
  return page;
}

async function fork(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Forker « ${title} »` }).click();
  await waitForNotebook(page, `mes-analyses/${name}`);
}

async function compareByToolbar(page: Page): Promise<void> {
  const toolbar = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar");
  await toolbar.getByText("Comparer", { exact: true }).click();
  await page.getByRole("heading", { name: "Comparaison avec l'original" }).waitFor();
}

async function compareByContextMenu(page: Page, name: string): Promise<void> {
  await page.locator(".jp-DirListing-item", { hasText: name }).click({ button: "right" });
  await page.locator(".lm-Menu-item", { hasText: "Comparer avec l'original" }).click();
}
