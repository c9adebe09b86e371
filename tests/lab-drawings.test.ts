import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems, openLabPage, type LabWindow } from "./lab-pages.js";
import { notebookOf, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");
const folder = mkdtempSync(join(tmpdir(), "drawings-"));

const cells = [
  `import { chart, connect, dashboard, map, sideBySide, table } from "damir";
const damir = await connect();
const lignes = [2022, 2023].flatMap((annee) => ["01", "02", "971"].map((departement, rang) => (
  { annee, departement, rembourse: 1_000_000 * (annee - 2020) + 1000.5 * rang })));
chart.ranking(lignes, { title: "Remboursé à l'âge d'or", value: "rembourse", unit: "€", label: "departement",
  choices: [{ column: "annee", label: "Année" }] })`,
  `table(await damir.sql\`SELECT prs_nat, sum(flt_rem_mnt) AS flt_rem_mnt FROM damir GROUP BY ALL ORDER BY 2 DESC LIMIT 12\`,
  { caption: "Remboursé par prestation" })`,
  `const population = await damir.sql\`
  SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY 1\`;
dashboard(
  { carte: map(population, { title: "Habitants", style: "circles", width: 400 }),
    classement: chart.ranking(population, { title: "Les plus peuplés", top: 10, label: "departement" }) },
  { title: "Où vit-on ?", link: "departement" })`,
  `chart(lignes.filter(({ annee }) => annee === 2023), { title: "Sans bulle", mark: "bar", encoding: {
  x: { field: "departement", type: "nominal", title: "Département" },
  y: { field: "rembourse", type: "quantitative", title: "Remboursé (€)" } } })`,
  `const points = Array.from({ length: 20 }, (_, rang) => ({ rang, carre: rang * rang }));
sideBySide(
  chart(points, { title: "À brosser", width: 300, mark: "point",
    params: [{ name: "plage", select: { type: "interval", encodings: ["x"] } }],
    encoding: { x: { field: "rang", type: "quantitative" }, y: { field: "carre", type: "quantitative" } } }),
  chart(points, { title: "Retenus", width: 300, mark: "bar", transform: [{ filter: { param: "plage" } }],
    encoding: { x: { field: "rang", type: "ordinal" }, y: { field: "carre", type: "quantitative" } } }),
  { title: "Brossé" })`,
];

let lab: Lab | undefined;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(join(folder, "dessins.ipynb"), notebookOf(cells));
  lab = await startTestLab({ folder });
  browser = await openChromium();
  page = await openLabPage(browser, lab.url, { width: 1280, height: 1000 });
  page.setDefaultTimeout(60_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("heading", { name: "Atelier DAMIR" }).waitFor();
  await page.evaluate(async () => {
    const { commands } = (window as unknown as LabWindow).jupyterapp;
    await commands.execute("docmanager:open", { path: "dessins.ipynb" });
  });
  await page.waitForFunction(() => {
    const { sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return sessionContext?.isReady === true && sessionContext.session?.kernel?.status === "idle";
  });
  await runAll();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

async function runAll(): Promise<void> {
  await page.evaluate(() => {
    const { commands } = (window as unknown as LabWindow).jupyterapp;
    void commands
      .execute("notebook:clear-all-cell-outputs")
      .then(() => commands.execute("notebook:run-all-cells"));
  });
  await page.waitForFunction(() => {
    const { cells: all } = (
      window as unknown as LabWindow
    ).jupyterapp.shell.currentWidget.content.model.toJSON();
    const outputs = all.map((cell) => cell.outputs ?? []);
    return (
      outputs.every((one) => one.length > 0) ||
      outputs.flat().some((output) => output.output_type === "error")
    );
  });
  const failures = await page.evaluate(() =>
    (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model
      .toJSON()
      .cells.flatMap((cell) => (cell.outputs ?? []).filter((output) => output.output_type === "error")),
  );
  expect(failures).toEqual([]);
}

/** What the n-th cell shows. */
async function output(index: number): Promise<Locator> {
  await page.evaluate(
    (item) =>
      (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.scrollToItem(item, "start"),
    index,
  );
  const found = page.locator(".jp-Cell").nth(index).locator(".damir-Drawing");
  await found.waitFor();
  await found.hover();
  return found;
}

const button = (scope: Locator, name: string) => scope.getByRole("button", { name });

async function saved(click: () => Promise<void>): Promise<{ name: string; text: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  const bytes = readFileSync(await download.path());
  return { name: download.suggestedFilename(), text: bytes.toString("utf8"), bytes };
}

describe("a chart", () => {
  it("saves the picture, the drawing and the data that it shows at that moment, named after its title", async () => {
    const drawing = await output(0);
    const png = await saved(() => button(drawing, "Télécharger en PNG").click());
    expect(png.name).toBe("rembourse-a-l-age-d-or.png");
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    const svg = await saved(() => button(drawing, "Télécharger en SVG").click());
    expect(svg.name).toBe("rembourse-a-l-age-d-or.svg");
    expect(svg.text).toContain("Guadeloupe");

    const csv = () => saved(() => button(drawing, "en CSV").click());
    expect((await csv()).text.replace("\ufeff", "").split("\r\n")).toEqual([
      "Année;Département;Rembourse (€)",
      "2023;Guadeloupe;3002001",
      "2023;Aisne;3001001",
      "2023;Ain;3000000",
      "",
    ]);
    await drawing.locator("select").selectOption("2022");
    expect((await csv()).text).toContain("2022;Guadeloupe;2002001");
    expect((await csv()).text).not.toContain("2023");
    await drawing.locator(".damir-Tools-status", { hasText: "rembourse-a-l-age-d-or.csv" }).waitFor();
  });

  it("is copied as a picture", async () => {
    const drawing = await output(0);
    await button(drawing, "Copier l'image").click();
    await drawing.getByText("Image dans le presse-papiers").waitFor();
    const types = await page.evaluate(async () => {
      const items = await navigator.clipboard.read();
      return items.flatMap((item) => item.types);
    });
    expect(types).toContain("image/png");
  });

  it("fills the window as its reader left it, lets them go on, and gives the focus back", async () => {
    const drawing = await output(0);
    await drawing.locator("select").selectOption("2022");
    await button(drawing, "Agrandir").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Remboursé à l'âge d'or" });
    await dialog.waitFor();
    const bars = dialog.locator(".marks [aria-roledescription=bar]");
    await bars.first().waitFor();
    const box = await dialog.locator(".marks").boundingBox();
    expect(box?.width).toBeGreaterThan(1000);
    expect(await dialog.locator(".marks").innerHTML()).toContain("Année : 2022");
    // A tooltip, where the pointer is on an enlarged chart.
    const bar = await bars.first().boundingBox();
    if (!bar) throw new Error("no bar is drawn");
    await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
    const tooltip = dialog.locator("#vg-tooltip-element.visible");
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toContain("Guadeloupe");
    const shown = await tooltip.boundingBox();
    expect(Math.abs((shown?.x ?? 0) - bar.x - bar.width / 2)).toBeLessThan(60);
    expect(await accessibilityProblems(page, "dialog > header")).toEqual([]);
    await page.screenshot({ path: join(screenshots, "enlarged-chart.png") });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Agrandir");
    expect(await page.locator("#vg-tooltip-element").count()).toBeLessThan(2);
  });

  it("is reached by the keyboard: one stop, arrows between the buttons", async () => {
    const drawing = await output(0);
    await button(drawing, "Agrandir").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("PNG");
    await page.keyboard.press("End");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("CSV");
    expect(await drawing.locator(".damir-Tools button[tabindex='0']").count()).toBe(1);
    expect(await accessibilityProblems(page, ".damir-Tools")).toEqual([]);
  });

  it("without tooltips gives the fields that it draws", async () => {
    const drawing = await output(3);
    const { text } = await saved(() => button(drawing, "en CSV").click());
    expect(text.replace("\ufeff", "").split("\r\n").slice(0, 3)).toEqual([
      "Département;Remboursé (€)",
      "01;3000000",
      "02;3001000,5",
    ]);
  });
});

describe("a dashboard", () => {
  it("dims in each drawing what isn't clicked, in the cell and enlarged", async () => {
    const drawing = await output(2);
    await drawing.screenshot({ path: join(screenshots, "dashboard.png") });
    await button(drawing, "Agrandir").click();
    const dialog = page.getByRole("dialog", { name: "Où vit-on ?" });
    const bars = dialog.locator(".marks [aria-roledescription=bar]");
    await bars.first().waitFor();
    const faded = () => dialog.locator(".marks [aria-roledescription=bar][opacity='0.15']").count();
    expect(await faded()).toBe(0);
    await bars.nth(2).click();
    await expect.poll(faded).toBe(9);
    await page.screenshot({ path: join(screenshots, "enlarged-dashboard.png") });
    await page.getByRole("button", { name: "Fermer" }).click();
  });
});

describe("drawings side by side", () => {
  it("change where a stretch is brushed in one of them", async () => {
    const drawing = await output(4);
    const box = await drawing.locator(".marks").boundingBox();
    if (!box) throw new Error("nothing is drawn");
    const right = () =>
      page.screenshot({ clip: { ...box, x: box.x + box.width / 2, width: box.width / 2 - 1 } });
    const before = await right();
    // Within the left one.
    await page.mouse.move(box.x + 150, box.y + 150);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 160, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await right()).equals(before)).toBe(false);
    await drawing.screenshot({ path: join(screenshots, "brushed.png") });
  });
});

describe("a table", () => {
  it("fills the window with its search and order, and goes back", async () => {
    const drawing = await output(1);
    await drawing.getByRole("searchbox").fill("a");
    await button(drawing, "Agrandir").click();
    const dialog = page.getByRole("dialog", { name: "Remboursé par prestation" });
    expect(await dialog.getByRole("searchbox").inputValue()).toBe("a");
    await dialog.getByRole("searchbox").fill("");
    expect(await dialog.locator("tbody tr").count()).toBe(12);
    await page.screenshot({ path: join(screenshots, "enlarged-table.png") });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await drawing.locator("tbody tr").count()).toBe(12);
  });

  it("is saved as rows, as a picture and as SVG, synthetic rows under a name that says so", async () => {
    const drawing = await output(1);
    const csv = await saved(() => button(drawing, "Télécharger les données montrées en CSV").click());
    expect(csv.name).toBe("donnees-synthetiques-rembourse-par-prestation.csv");
    expect(csv.text.trim().split("\r\n").length).toBe(13);
    const svg = await saved(() => button(drawing, "Télécharger en SVG").click());
    expect(svg.name).toBe("donnees-synthetiques-rembourse-par-prestation.svg");
    expect(svg.text).toContain("SYNTHÉTIQUES");
    const png = await saved(() => button(drawing, "Télécharger en PNG").click());
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    writeFileSync(join(screenshots, "table-picture.png"), png.bytes);
  });
});

it.each([
  { name: "1280 pixels", width: 1280, height: 1000 },
  { name: "1920 pixels", width: 1920, height: 1080 },
  { name: "1280 pixels at 200 % zoom", width: 640, height: 500 },
])(
  "covers nothing of what is drawn, and runs out of no cell, in a window of $name",
  async ({ width, height }) => {
    await page.setViewportSize({ width, height });
    try {
      for (const index of cells.keys()) {
        const drawing = await output(index);
        const covered = () =>
          drawing.evaluate((node) => {
            const tools = node.querySelector(".damir-Tools")?.getBoundingClientRect();
            const drawn = node.querySelector(".marks, table")?.getBoundingClientRect();
            if (!tools || !drawn) throw new Error("there are no buttons, or nothing is drawn");
            const right = node.getBoundingClientRect().right;
            const apart = tools.right <= drawn.left || tools.left >= drawn.right || tools.bottom <= drawn.top;
            return !apart || tools.right > right + 1;
          });
        await expect.poll(covered, { message: `cell ${index}` }).toBe(false);
        await page.screenshot({ path: join(screenshots, `drawing-${index}-${width}.png`) });
        const { inside, outside } = await drawing.evaluate((node) => {
          const panel = node.closest(".jp-WindowedPanel-outer, .jp-Notebook");
          return {
            inside: node.scrollWidth > node.clientWidth + 1 ? node.tabIndex : undefined,
            outside: (panel?.scrollWidth ?? 0) > (panel?.clientWidth ?? 0) + 1,
          };
        });
        expect(outside).toBe(false);
        // What scrolls is reached by the keyboard.
        if (inside !== undefined) expect(inside).toBe(0);
        expect(await accessibilityProblems(page, ".damir-Tools")).toEqual([]);
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 1000 });
    }
  },
);

it.each(["JupyterLab Light", "JupyterLab Dark"])("is right in %s", async (theme) => {
  await page.evaluate(async (name) => {
    await (window as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", {
      theme: name,
    });
  }, theme);
  await page.waitForFunction((name) => document.body.dataset["jpThemeName"] === name, theme);
  // JupyterLab tells Vega of a dark theme when it draws.
  await runAll();
  for (const index of cells.keys()) {
    const drawing = await output(index);
    expect(await accessibilityProblems(page, ".damir-Tools")).toEqual([]);
    await drawing.screenshot({
      path: join(screenshots, `drawing-${index}-${theme.slice(-5).trim()}.png`),
    });
  }
});
