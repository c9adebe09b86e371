import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStore, storeFolder } from "damir";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { publishedMonth } from "../lib/pipeline/src/fetch/pull.fixture.js";
import { answering, PublishedSites } from "../lib/pipeline/src/fetch/published-sites.fixture.js";
import type { Lab } from "../scripts/lab.mjs";
import { home, root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import {
  accessibilityProblems,
  openLabPage,
  runCommand,
  waitForNotebook,
  type LabWindow,
} from "./lab-pages.js";
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

describe("dictionary", () => {
  it("finds words without accents, and shows what they mean with their traps and codes", async () => {
    const page = await openHome();
    await openPanel(page);
    const box = page.getByRole("searchbox", { name: "Chercher une variable" });
    await box.fill("DEPASSEMENT");
    const entries = page.locator(".damir-Entry");
    await entries.getByText("flt_dep_mnt").waitFor();
    await page.getByLabel("Parmi").selectOption("table");
    await box.fill("population");
    await expect.poll(() => entries.allInnerTexts()).toHaveLength(1);
    await page.getByLabel("Parmi").selectOption("");
    await box.fill("region de residence");
    await entries.getByText("ben_res_reg", { exact: true }).first().click();
    const article = page.locator(".damir-Page");
    await article.getByRole("heading", { name: "Pièges" }).waitFor();
    // From a variable to one of its codes, and back twice.
    await article.getByRole("button", { name: /^Voir 93 / }).click();
    await article.getByRole("heading", { name: "ben_res_reg = 93" }).waitFor();
    await article.getByRole("button", { name: "Retour" }).click();
    await article.getByRole("heading", { name: "Pièges" }).waitFor();
    await article.getByRole("button", { name: "Retour" }).click();
    await entries.first().waitFor();
    await box.fill("zzzzqqq");
    await page.getByText("Rien de ce nom").waitFor();
    await page.close();
  });

  it("says that a notebook must be open, and inserts nothing anywhere", async () => {
    const page = await openHome();
    await openPanel(page);
    await search(page, "flt_rem_mnt");
    await page.getByRole("button", { name: "Insérer « flt_rem_mnt »" }).click();
    await page.getByText("Ouvrez d'abord un notebook").waitFor();
    await page.close();
  });

  it.each([
    { theme: "JupyterLab Light", width: 1280 },
    { theme: "JupyterLab Light", width: 1920 },
    { theme: "JupyterLab Dark", width: 1280 },
    // What 1280 pixels are at 200 % zoom.
    { theme: "JupyterLab Dark", width: 640 },
  ])("can be read by everybody in $theme at $width px", async ({ theme, width }) => {
    const page = await openHome({ width, height: 800 });
    await runCommand(page, "apputils:change-theme", { theme });
    await page.waitForFunction((name) => document.body.dataset["jpThemeName"] === name, theme);
    await openPanel(page);
    const name = `${theme.slice(-5).trim()}-${width}`;
    const check = async (what: string) => {
      expect(await accessibilityProblems(page, ".damir-Panel")).toEqual([]);
      await page.screenshot({ path: join(screenshots, `panel-${what}-${name}.png`) });
    };
    await search(page, "depassement");
    await check("search");
    await search(page, "ben_res_reg");
    await page.locator(".damir-Entry-open").first().click();
    await page.getByRole("heading", { name: "Pièges" }).waitFor();
    await check("page");
    await page.getByRole("tab", { name: "Données", exact: true }).click();
    await page.locator(".damir-Tables summary").click();
    await check("data");
    await page.getByRole("button", { name: "Visite guidée" }).first().click();
    await page.getByRole("dialog", { name: /^L'accueil/ }).waitFor();
    expect(await accessibilityProblems(page, ".damir-Tour")).toEqual([]);
    await page.screenshot({ path: join(screenshots, `tour-${name}.png`) });
    await page.close();
  });
});

describe("guided tour", () => {
  it("goes from stop to stop by keyboard, back, and out again, without doing anything in one's place", async () => {
    const page = await openHome();
    await page.locator(".damir-Home").getByRole("button", { name: "Visite guidée" }).focus();
    await page.keyboard.press("Enter");
    const titles: string[] = [];
    const dialog = page.locator(".damir-Tour");
    for (let stop = 1; stop <= 5; stop++) {
      await dialog.getByRole("heading", { name: `(${stop} sur 5)` }).waitFor();
      titles.push(await dialog.getByRole("heading").innerText());
      await page.waitForFunction(() => document.activeElement?.id === "damir-tour-title");
      if (stop === 5) break;
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    }
    expect(titles.map((title) => title.replace(/ \(.*/, ""))).toEqual([
      "L'accueil",
      "Lire un notebook de départ",
      "Forker",
      "Le panneau DAMIR",
      "Publier",
    ]);
    await dialog.getByRole("button", { name: "Précédent" }).press("Enter");
    await dialog.getByRole("heading", { name: "(4 sur 5)" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "damir-tour-title");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Visite guidée");
    expect(await page.locator(".jp-NotebookPanel").count()).toBe(0);
    await page.close();
  });
});

describe("data", () => {
  it("downloads real months with its progress, and then says that they are there", async () => {
    const { page, sites, stores } = await openOwnLab();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    await openData(page);
    await page.getByRole("heading", { name: "Échantillon synthétique" }).waitFor();
    await plan(page, "2024-01", "2024-02");
    await page.getByText(/1 fichier, [\d,]+\s(ko|octets) à télécharger/).waitFor();
    await page.getByText(/Il faut environ .* de disque le temps de l'import/).waitFor();
    await page.getByText("Pas encore ou plus publié : open-damir 2024-02.").waitFor();
    expect(existsSync(storeFolder(stores))).toBe(false);
    await page.screenshot({ path: join(screenshots, "panel-announced.png") });
    // The focus is there already.
    await page.keyboard.press("Enter");
    await page.getByText("1 fichier importé.").waitFor({ timeout: 60_000 });
    await page.getByRole("heading", { name: "Données réelles", exact: true }).waitFor();
    await page.getByText("Open DAMIR : 1 mois réel (janvier 2024).").waitFor();
    expect(await accessibilityProblems(page, ".damir-Panel")).toEqual([]);
    await page.screenshot({ path: join(screenshots, "panel-imported.png") });
    expect(readStore(storeFolder(stores))?.manifest.tables["damir"]?.files.map(({ month }) => month)).toEqual(
      ["202401"],
    );
    await plan(page, "2024-01", "");
    await page.getByText("Tout est déjà là, tel que publié.").waitFor();
  });

  it("says in French what failed or was asked wrong, and stays usable", async () => {
    const { page, sites, stores } = await openOwnLab();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    await openData(page);
    await plan(page, "2024-02", "2024-01");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/2024-02\.\.2024-01/);
    sites.faults.push(answering(403), answering(403), answering(403));
    await plan(page, "2024-01", "");
    await page.getByRole("button", { name: "Télécharger et importer" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "A202401.csv.gz" });
    await alert.waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(screenshots, "panel-failed-download.png") });
    expect(existsSync(join(storeFolder(stores), "manifest.json"))).toBe(false);
    sites.faults.length = 0;
    await plan(page, "2024-01", "");
    await page.getByRole("button", { name: "Télécharger et importer" }).click();
    await page.getByText("1 fichier importé.").waitFor({ timeout: 60_000 });
  });

  it("cancels a download, found again by a reloaded page, and takes it up where it was", async () => {
    const { page, lab: own, sites, stores } = await openOwnLab();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401", 5_000));
    sites.faults.push((_, response, { bytes, etag = "" }) => {
      response.writeHead(200, { "content-length": bytes.length, etag });
      response.write(bytes.subarray(0, 20_000));
      return true;
    });
    await openData(page);
    await plan(page, "2024-01", "");
    await page.getByRole("button", { name: "Télécharger et importer" }).click();
    await page.getByText("Téléchargement et import en cours.").waitFor();
    const partial = join(stores, "downloads/open-damir/A202401.csv.gz.partial");
    await expect.poll(() => existsSync(partial), { timeout: 30_000 }).toBe(true);
    await page.getByRole("progressbar").first().waitFor();
    await page.screenshot({ path: join(screenshots, "panel-downloading.png") });

    await page.goto(`${own.url}&reset`);
    await page.locator(".damir-Card").first().waitFor();
    await openData(page);
    const earlier = page.getByRole("region", { name: "Téléchargement de open-damir" });
    // How far it is, as if nothing had happened.
    await earlier.getByText(/A202401\.csv\.gz : [1-9]\d? %/).waitFor();
    expect(await accessibilityProblems(page, ".damir-Panel")).toEqual([]);
    await page.screenshot({ path: join(screenshots, "panel-downloading-reloaded.png") });
    await page.getByRole("button", { name: "Annuler le téléchargement" }).click();
    await page.getByText("Interrompu : vos données restent comme elles étaient").waitFor({ timeout: 30_000 });
    await earlier.waitFor({ state: "detached" });
    expect(existsSync(join(storeFolder(stores), "manifest.json"))).toBe(false);
    expect(existsSync(partial)).toBe(true);

    await plan(page, "2024-01", "");
    await page.getByRole("button", { name: "Télécharger et importer" }).click();
    await page.getByText("1 fichier importé.").waitFor({ timeout: 60_000 });
  });
});

it("speaks English to those whose JupyterLab does", async () => {
  const page = await openHome();
  const setLocale = (locale: string) =>
    page.evaluate(
      (value) =>
        (window as unknown as LabWindow).jupyterapp.serviceManager.settings.save(
          "@jupyterlab/translation-extension:plugin",
          JSON.stringify({ locale: value }),
        ),
      locale,
    );
  await setLocale("en");
  try {
    await page.reload();
    await page.locator(".damir-Card").first().waitFor();
    await runCommand(page, "atelier-damir:panel");
    await page.getByRole("searchbox", { name: "Search for a variable" }).fill("dep_mon");
    await page.getByRole("button", { name: "Insert “dep_mon”" }).waitFor();
    await page.getByRole("tab", { name: "Data", exact: true }).click();
    await page.getByRole("heading", { name: "Synthetic sample" }).waitFor();
    await page.getByRole("button", { name: "Guided tour" }).first().click();
    await page.getByRole("dialog", { name: "The home page (1 of 5)" }).waitFor();
  } finally {
    await setLocale("fr_FR");
  }
  await page.close();
});

// The last one: nothing answers after it.
it("goes by keyboard alone from the home page to the comparison; when the server stops, it says so and nothing is lost", async () => {
  const page = await openHome();
  const palette = async (command: string) => {
    await expect
      .poll(
        async () => {
          await page.keyboard.press("Control+Shift+C");
          const typed = page.locator(".lm-CommandPalette-input").fill(command, { timeout: 1000 });
          return typed.then(
            () => true,
            () => false,
          );
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await page.keyboard.press("Enter");
  };
  await palette("Atelier DAMIR");
  await page.getByRole("searchbox", { name: "Chercher" }).first().focus();
  await page.keyboard.type("premiers pas dans");
  await page.locator(".damir-Home-count", { hasText: "1 notebook de départ" }).waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".damir-Banner").getByText("Lecture seule").waitFor();
  await waitForNotebook(page, "modeles:00-premiers-pas/00-premiers-pas.modele.ipynb");
  await palette("Forker le notebook");
  await waitForNotebook(page, "mes-analyses/00-premiers-pas.ipynb");
  await page.waitForFunction(
    () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.mode === "edit",
  );
  await page.keyboard.type("// ma copie\n");
  await page.keyboard.press("Control+Enter");
  await page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output").first().waitFor({
    timeout: 60_000,
  });

  await palette("Dictionnaire et données de DAMIR");
  await page.waitForFunction(() => document.activeElement?.closest(".damir-Panel") !== null);
  await page.keyboard.type("dep_mon");
  await page.locator(".damir-Entry").first().waitFor();
  // The choice of kinds, the first entry, its button.
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("« dep_mon » inséré").waitFor();
  await expect.poll(() => sources(page)).toContainEqual(expect.stringContaining("dep_mon"));

  await palette("Comparer avec l'original");
  await page.locator(".damir-Comparison-cell.damir-mod-changed").waitFor();
  expect(await page.locator(".damir-Comparison ins").allInnerTexts()).toContainEqual(
    expect.stringContaining("// ma copie"),
  );

  await lab?.stop();
  await page.getByText(/Le labo ne répond (pas|plus)/).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Comparer de nouveau" }).press("Enter");
  await page.getByText("La comparaison n'a pas pu être faite").waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(screenshots, "panel-server-stopped.png") });
  const kept = await page.evaluate(() => {
    const { shell } = (window as unknown as AllWidgets).jupyterapp;
    const fork = [...shell.widgets("main")].find(
      ({ context }) => context?.path === "mes-analyses/00-premiers-pas.ipynb",
    );
    return JSON.stringify(fork?.content.model?.toJSON());
  });
  expect(kept).toContain("// ma copie");
  expect(kept).toContain("dep_mon");
  await page.close();
});

/** All that is open in the lab. */
interface AllWidgets {
  jupyterapp: {
    shell: {
      widgets(area: string): Iterable<{
        context?: { path: string };
        content: { model?: { toJSON(): unknown } };
      }>;
    };
  };
}

/** A lab of its own whose downloads come from sites of this machine, with the sample and nothing imported. */
async function openOwnLab() {
  if (!browser) throw new Error("the browser did not start");
  const sites = await PublishedSites.open();
  const stores = mkdtempSync(join(tmpdir(), "stores-"));
  symlinkSync(join(home, "sample"), join(stores, "sample"));
  const own = await startTestLab({ folder, stores, env: { ...process.env, DAMIR_MIRROR: sites.address } });
  const page = await openLabPage(browser, own.url);
  await page.locator(".damir-Card").first().waitFor();
  onTestFinished(async () => {
    await page.close();
    await own.stop();
    rmSync(stores, { recursive: true, force: true });
  });
  return { page, sites, stores, lab: own };
}

async function openHome(viewport = { width: 1280, height: 900 }): Promise<Page> {
  if (!browser || !lab) throw new Error("the lab did not start");
  const page = await openLabPage(browser, lab.url, viewport);
  await page.locator(".damir-Card").first().waitFor();
  return page;
}

async function openData(page: Page): Promise<void> {
  await openPanel(page);
  await page.getByRole("tab", { name: "Données", exact: true }).click();
  await page.locator(".damir-Download").waitFor();
}

async function plan(page: Page, first: string, last: string): Promise<void> {
  await page.getByLabel("De", { exact: true }).fill(first);
  await page.getByLabel("à (facultatif)").fill(last);
  await page.getByRole("button", { name: "Voir ce qu'il faut télécharger" }).click();
}
