import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLab, type Lab } from "../scripts/lab.mjs";
import { choosePort } from "../scripts/port.mjs";
import { root, venvProgram } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";

const screenshots = join(root, "tests", "output");
const folder = mkdtempSync(join(tmpdir(), "tables-"));

const cells = [
  `import { connect, table } from "damir";
const damir = await connect();
const prestations = await damir.sql\`
  SELECT prs_nat, n.libelle, mois_soins, sum(flt_rem_mnt) AS flt_rem_mnt, sum(flt_act_qte) AS flt_act_qte, '$a_b$' AS signe
  FROM damir JOIN nomenclature_prs_nat n ON n.code = prs_nat
  WHERE mois_soins >= DATE '2023-06-01' GROUP BY ALL ORDER BY ALL\`;
prestations`,
  `table(prestations, {
  caption: "Remboursé par prestation",
  columns: { libelle: "Prestation", mois_soins: "Mois", flt_rem_mnt: "Remboursé" },
  format: { flt_rem_mnt: "M€" },
  sort: "-flt_rem_mnt",
  pageSize: 5,
})`,
  "damir.sql`SELECT * FROM damir LIMIT 30`",
];

let lab: Lab | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  const source = {
    cells: cells.map((text, index) => ({
      id: `cellule-${index}`,
      cell_type: "code",
      source: text,
      metadata: {},
      execution_count: null,
      outputs: [],
    })),
    metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(folder, "source.ipynb"), JSON.stringify(source));
  const convert = (...args: string[]) =>
    promisify(execFile)(venvProgram("jupyter-nbconvert"), args, { cwd: folder });
  await convert("--to", "notebook", "--execute", "--output", "tables.ipynb", "source.ipynb");
  await convert("--to", "html", "tables.ipynb");
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
  rmSync(folder, { recursive: true });
});

/** Sorts, searches, turns pages and downloads, wherever the table is. */
async function tryTable(page: Page, tables: Locator): Promise<void> {
  const first = tables.nth(0);
  const column = (index: number) => first.locator(`tbody td:nth-child(${index})`).allInnerTexts();
  const rows = first.locator("tbody tr");
  const untouched = await first.locator("tbody").innerHTML();
  expect(await rows.count()).toBe(20);

  const sorter = first.getByRole("button", { name: /flt_rem_mnt/ });
  await sorter.focus();
  await page.keyboard.press("Enter");
  expect(await first.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
  const numbers = (await column(4)).map((text) =>
    Number(text.replace(/\s/g, "").replace(",", ".").replace("−", "-")),
  );
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  await page.keyboard.press("Enter");
  expect(await first.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
  await page.keyboard.press("Enter");
  expect(await first.locator("tbody").innerHTML()).toBe(untouched);

  const position = first.locator(".damir-bar span");
  expect(await position.innerText()).toMatch(/^1 à 20 sur 1.000$/);
  await first.getByRole("button", { name: "Page suivante" }).click();
  expect(await position.innerText()).toMatch(/^21 à 40 sur/);

  await first.getByRole("searchbox").pressSequentially("ANESTHÉSIE 2023");
  for (const text of await rows.allInnerTexts()) expect(text).toMatch(/ANESTHESIE.*2023/s);
  expect(await rows.count()).toBeGreaterThan(0);
  const found = Number(/sur (\d+)$/.exec(await position.innerText())?.[1]);

  const download = page.waitForEvent("download");
  await first.getByRole("button", { name: "Télécharger" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("donnees-synthetiques-table.csv");
  const lines = readFileSync(await file.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines[0]).toBe("\ufeffprs_nat;libelle;mois_soins;flt_rem_mnt;flt_act_qte;signe");
  expect(lines).toHaveLength(found + 1);
  expect(lines[1]).toMatch(/^1323;ACTE D'ANESTHESIE CCAM;2023-\d\d-01;\d+(,\d+)?;\d+;\$a_b\$$/);

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await first.getByRole("button", { name: "Copier" }).click();
  await first.locator("output", { hasText: "presse-papiers" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("ACTE D'ANESTHESIE CCAM\t2023-");
  expect(copied).toContain("DONNÉES SYNTHÉTIQUES");

  const second = tables.nth(1);
  expect(await second.locator("caption").innerText()).toContain("Remboursé par prestation");
  expect(await second.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
  expect(await second.locator("tbody tr").count()).toBe(5);
  expect(await second.locator("tbody td").nth(2).innerText()).toMatch(/^[\d\s]+,\d\sM€$/);
}

describe("in JupyterLab", () => {
  it("sorts, searches, turns pages and downloads, in light and in dark", async () => {
    const page = await openNotebook("source.ipynb");
    await runAll(page);
    const tables = page.locator(".jp-OutputArea .damir-table");
    await tables.nth(0).locator(".damir-bar").waitFor();
    await tryTable(page, tables);
    // Letters of a search are no shortcut of the notebook.
    await tables.nth(0).getByRole("searchbox").fill("");
    await tables.nth(0).getByRole("searchbox").pressSequentially("ddxx");
    expect(await page.locator(".jp-CodeCell").count()).toBe(cells.length);
    await tables.nth(0).getByRole("searchbox").fill("");
    expect(await leastContrast(tables.nth(0))).toBeGreaterThanOrEqual(4.5);
    await page.screenshot({ path: join(screenshots, "table-light.png") });
    await changeTheme(page, "JupyterLab Dark");
    await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: "attached" });
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
    expect(await leastContrast(tables.nth(0))).toBeGreaterThanOrEqual(4.5);
    await page.screenshot({ path: join(screenshots, "table-dark.png") });
    await changeTheme(page, "JupyterLab Light");
    await page.close();
  });

  it("is a plain table in a notebook that the lab doesn't trust, having run it elsewhere", async () => {
    const page = await openNotebook("tables.ipynb");
    const tables = page.locator(".jp-OutputArea .damir-table");
    await tables.nth(0).locator("tbody tr").nth(19).waitFor();
    expect(await page.locator(".jp-OutputArea .damir-bar, .jp-OutputArea th button").count()).toBe(0);
    expect(await tables.nth(0).locator("caption").innerText()).toMatch(/dont les 20 premières ici/);
    expect(await tables.nth(0).innerText()).not.toMatch(/\{|querySelector/);
    const mark = tables.nth(0).locator(".damir-synthetic");
    expect(await mark.evaluate((node) => getComputedStyle(node).backgroundColor)).toBe("rgb(179, 38, 30)");
    await page.screenshot({ path: join(screenshots, "table-untrusted.png") });
    await page.close();
  });
});

describe("in a page made from the notebook", () => {
  it("sorts, searches, turns pages and downloads, and asks nothing of the network for it", async () => {
    const page = await opened().newPage({ viewport: { width: 1280, height: 1400 }, locale: "fr-FR" });
    await page.route(/^http/, (route) => route.abort());
    await page.goto(pathToFileURL(join(folder, "tables.html")).href);
    await tryTable(page, page.locator(".damir-table"));
    await page.screenshot({ path: join(screenshots, "table-page.png") });
    await page.close();
  });

  it("shows the same first rows without scripts", async () => {
    const read = async (javaScriptEnabled: boolean) => {
      const context = await opened().newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.route(/^http/, (route) => route.abort());
      await page.goto(pathToFileURL(join(folder, "tables.html")).href);
      const texts = await page.locator(".damir-table tbody").allInnerTexts();
      await context.close();
      return texts;
    };
    const plain = await read(false);
    expect(plain).toHaveLength(cells.length);
    expect(await read(true)).toEqual(plain);
  });
});

interface LabWindow {
  jupyterapp: {
    commands: { execute(command: string, args: object): Promise<unknown> };
    shell: {
      currentWidget: {
        sessionContext?: { isReady: boolean; session?: { kernel?: { status: string } } };
      };
    };
  };
}

/** The least contrast of a table's texts with what is behind them, as WCAG 2 defines it; 4.5 is its level AA. */
async function leastContrast(table: Locator): Promise<number> {
  return table.evaluate((root) => {
    type Color = [red: number, green: number, blue: number, alpha: number];
    const parsed = (text: string): Color => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = ([r, g, b, a]: Color, [r2, g2, b2]: Color): Color => [
      r * a + r2 * (1 - a),
      g * a + g2 * (1 - a),
      b * a + b2 * (1 - a),
      1,
    ];
    const behind = (node: Element | null): Color =>
      node
        ? over(parsed(getComputedStyle(node).backgroundColor), behind(node.parentElement))
        : [255, 255, 255, 1];
    const light = ([r, g, b]: Color) => {
      const [red = 0, green = 0, blue = 0] = [r, g, b]
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    // Controls that can't be used are out of the rule.
    const texts = [...root.querySelectorAll("th, td, small, .damir-count, .damir-synthetic, button:enabled")];
    return Math.min(
      ...texts.map((node) => {
        const back = behind(node);
        const [one, other] = [light(back), light(over(parsed(getComputedStyle(node).color), back))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      }),
    );
  });
}

/** The lab remembers its theme: put it back. */
async function changeTheme(page: Page, theme: string): Promise<void> {
  await page.evaluate(
    (name) =>
      (window as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", { theme: name }),
    theme,
  );
}

async function runAll(page: Page): Promise<void> {
  // Run before the kernel answers, and JupyterLab asks which kernel to take.
  await page.waitForFunction(() => {
    const { sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return sessionContext?.isReady === true && sessionContext.session?.kernel?.status === "idle";
  });
  await page.getByRole("menuitem", { name: "Exécution", exact: true }).click();
  await page.locator('li[data-command="runmenu:run-all"]').click();
}

function opened(): Browser {
  if (!browser) throw new Error("the browser did not start");
  return browser;
}

async function openNotebook(name: string): Promise<Page> {
  if (!lab) throw new Error("the lab did not start");
  const page = await opened().newPage({ viewport: { width: 1280, height: 1400 }, locale: "fr-FR" });
  await page.goto(`${lab.url}&reset`);
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
  await page.locator(".jp-DirListing-item", { hasText: name }).dblclick();
  return page;
}
