import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { starters } from "../scripts/starters.mjs";
import { openChromium } from "./chromium.js";
import {
  accessibilityProblems,
  openLabPage,
  runCommand as execute,
  waitForNotebook,
  type LabWindow,
} from "./lab-pages.js";
import { copyOfStarters, startTestLab } from "./test-lab.js";

const screenshots = join(root, "tests", "output");
const team = "densite-consommation";
const slug = "01-densite-medicale";
const title = "Densité médicale et consommation de soins";

let lab: Lab | undefined;
let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  folder = copyOfStarters();
  lab = await startTestLab({ folder, env: { ...process.env, DAMIR_EQUIPE: team } });
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

it("greets the team, shows a card a starter, its own first, and leaves nobody out", async () => {
  const page = await openHome();
  expect(await page.locator(".damir-Home header").innerText()).toContain(`équipe « ${title} »`);
  expect(await page.locator(".damir-Card").count()).toBe(starters().length);
  const [first, ...others] = await page.locator(".damir-Card").allInnerTexts();
  expect(first).toContain(title);
  expect(first).toContain("Votre équipe");
  expect(others.filter((text) => text.includes("Votre équipe"))).toEqual([]);
  expect(
    await page.locator(".damir-Card img").evaluateAll(async (pictures) => {
      const images = pictures as HTMLImageElement[];
      for (const image of images) {
        image.loading = "eager";
        await image.decode();
      }
      return images.filter(({ naturalWidth }) => naturalWidth !== 640).length;
    }),
  ).toBe(0);
  await page.close();
});

it.each([
  { theme: "JupyterLab Light", width: 1280 },
  { theme: "JupyterLab Light", width: 1920 },
  { theme: "JupyterLab Dark", width: 1280 },
  { theme: "JupyterLab Dark", width: 1920 },
  // What 1280 pixels are at 200 % zoom.
  { theme: "JupyterLab Light", width: 640 },
])("can be read by everybody in $theme at $width px", async ({ theme, width }) => {
  const page = await openHome({ width, height: 800 });
  await execute(page, "apputils:change-theme", { theme });
  await page.waitForFunction((name) => document.body.dataset["jpThemeName"] === name, theme);
  expect(await accessibilityProblems(page, ".damir-Home")).toEqual([]);
  await page.screenshot({ path: join(screenshots, `home-${theme.slice(-5).trim()}-${width}.png`) });
  await openStarterByCard(page);
  expect(await accessibilityProblems(page, ".damir-Banner")).toEqual([]);
  await page.screenshot({ path: join(screenshots, `read-only-${theme.slice(-5).trim()}-${width}.png`) });
  await page.close();
});

it("finds starters by their words without accents, by theme and by dataset", async () => {
  const page = await openHome();
  const count = () => page.locator(".damir-Card").count();
  await page.getByRole("searchbox", { name: "Chercher" }).fill("DEPASSEMENTS specialistes");
  expect(await page.locator(".damir-Card-title").allInnerTexts()).toContain(
    "Dépassements d'honoraires et offre de soins",
  );
  expect(await count()).toBeLessThan(starters().length);
  await page.getByRole("searchbox", { name: "Chercher" }).fill("zzzz");
  await page.getByText("Aucun notebook de départ ne correspond.").waitFor();
  await page.getByRole("searchbox", { name: "Chercher" }).fill("");

  const theme = starters()[0]?.card.theme ?? "";
  await page.getByLabel("Thème").selectOption(theme);
  expect(await count()).toBe(starters().filter(({ card }) => card.theme === theme).length);
  await page.getByLabel("Thème").selectOption("");
  await page.getByRole("combobox", { name: "Données" }).selectOption("meteo");
  expect(await count()).toBe(starters().filter(({ card }) => card.datasets.includes("meteo")).length);
  await page.close();
});

it("goes by keyboard from the search to a fork that one can type into", async () => {
  const page = await openHome();
  await page.getByRole("searchbox", { name: "Chercher" }).focus();
  await page.keyboard.type("premiers pas dans");
  await page.locator(".damir-Home-count", { hasText: "1 notebook de départ" }).waitFor();
  // The theme, the dataset, then the only card.
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const banner = page.locator(".damir-Banner");
  await banner.getByText("Lecture seule").waitFor();
  await banner.getByRole("button", { name: "Forker" }).focus();
  await page.keyboard.press("Enter");
  await waitForNotebook(page, "mes-analyses/00-premiers-pas.ipynb");
  await page.waitForFunction(
    () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.mode === "edit",
  );
  await page.keyboard.type("// ici");
  const parameters = await page.evaluate(() => {
    const { content } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return content.model.toJSON().cells[content.activeCellIndex];
  });
  expect(parameters?.metadata.tags).toContain("parametres");
  expect(String(parameters?.source)).toMatch(/^\/\/ ici/);
  await page.close();
});

it("opens a starter read-only: nothing can be saved into it, and closing asks nothing", async () => {
  const page = await openHome();
  const file = join(folder, slug, "notebook.ipynb");
  const before = readFileSync(file, "utf8");
  await openStarterByCard(page);
  // Not waited for: it ends with its dialog.
  await page.evaluate(() => {
    void (window as unknown as LabWindow).jupyterapp.commands.execute("docmanager:save");
  });
  await page.locator(".jp-Dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".jp-Dialog").waitFor({ state: "detached" });
  const refusal = await page.evaluate(async (path) => {
    const { contents } = (
      window as unknown as {
        jupyterapp: {
          serviceManager: { contents: { save(path: string, options: unknown): Promise<unknown> } };
        };
      }
    ).jupyterapp.serviceManager;
    return contents.save(path, { type: "file", format: "text", content: "" }).then(
      () => "saved",
      (error: unknown) => String(error),
    );
  }, `modeles:${slug}/notebook.ipynb`);
  expect(refusal).toContain("lecture seule");
  expect(readFileSync(file, "utf8")).toBe(before);
  await page.waitForFunction(() => document.querySelector(".jp-mod-dirty") === null);
  await execute(page, "application:close");
  await page.getByRole("heading", { name: "Atelier DAMIR" }).waitFor();
  expect(await page.locator(".jp-Dialog").count()).toBe(0);
  await page.close();
});

it("forks from the card, the toolbar, the palette and the file browser, under new names, with the lineage", async () => {
  const page = await openHome();
  const sha256 = createHash("sha256")
    .update(readFileSync(join(folder, slug, "notebook.ipynb")))
    .digest("hex");
  rmSync(join(folder, "mes-analyses"), { recursive: true, force: true });

  await page.getByRole("button", { name: `Forker « ${title} »` }).click();
  await waitForNotebook(page, `mes-analyses/${slug}.ipynb`);
  await expect
    .poll(() => lineage(`${slug}.ipynb`))
    .toMatchObject({
      starter: slug,
      notebook: `${slug}/notebook.ipynb`,
      sha256,
      chain: [],
    });

  // A fork of the fork.
  await page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar").getByText("Forker").click();
  await waitForNotebook(page, `mes-analyses/${slug}-2.ipynb`);
  expect(lineage(`${slug}-2.ipynb`)).toMatchObject({
    starter: slug,
    notebook: `mes-analyses/${slug}.ipynb`,
    chain: [{ notebook: `${slug}/notebook.ipynb`, sha256 }],
  });

  // The fork takes the focus as its parts become ready, and the palette closes each time it loses it: a person opens it again.
  await expect
    .poll(
      async () => {
        await execute(page, "apputils:activate-command-palette");
        const typed = page.locator(".lm-CommandPalette-input").fill("Forker le notebook", { timeout: 1000 });
        return typed.then(
          () => true,
          () => false,
        );
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.keyboard.press("Enter");
  await waitForNotebook(page, `mes-analyses/${slug}-3.ipynb`);

  await page.locator(".jp-DirListing-item", { hasText: "02-depassements" }).dblclick();
  await page.locator(".jp-DirListing-item", { hasText: "notebook.ipynb" }).click({ button: "right" });
  await page.locator(".lm-Menu-item", { hasText: "Forker" }).click();
  await waitForNotebook(page, "mes-analyses/02-depassements.ipynb");
  await page.close();
});

it("keeps in the fork what was typed before forking", async () => {
  const page = await openHome();
  await openStarterByCard(page);
  await execute(page, "notebook:replace-selection", { text: "# Mon titre" });
  await page.locator(".damir-Banner").getByRole("button", { name: "Forker" }).click();
  await page.waitForFunction(() =>
    (window as unknown as LabWindow).jupyterapp.shell.currentWidget.context?.path.startsWith("mes-analyses"),
  );
  const path = await page.evaluate(
    () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.context?.path ?? "",
  );
  expect(readFileSync(join(folder, path), "utf8")).toContain("Mon titre");
  await page.close();
});

it("signals a starter that changed since, and leaves the fork as it is", async () => {
  const source = join(folder, "04-profils-age", "notebook.ipynb");
  const page = await openHome();
  await page.getByRole("button", { name: "Forker « Profils d'âge" }).click();
  await waitForNotebook(page, "mes-analyses/04-profils-age.ipynb");
  await execute(page, "docmanager:save");
  await execute(page, "application:close");
  const fork = join(folder, "mes-analyses", "04-profils-age.ipynb");
  const kept = readFileSync(fork, "utf8");

  writeFileSync(source, readFileSync(source, "utf8").replace("# ", "# Nouveau : "));
  await execute(page, "docmanager:open", { path: "mes-analyses/04-profils-age.ipynb" });
  const banner = page.locator(".damir-Banner");
  await banner.getByText("a changé depuis votre fork").waitFor();
  await banner.getByRole("button", { name: "Forker la nouvelle version" }).click();
  await waitForNotebook(page, "mes-analyses/04-profils-age-2.ipynb");
  expect(readFileSync(fork, "utf8")).toBe(kept);
  expect(readFileSync(join(folder, "mes-analyses", "04-profils-age-2.ipynb"), "utf8")).toContain(
    "Nouveau : ",
  );
  await page.close();
});

it("names a starter.json that can't be read, and shows the others", async () => {
  const file = join(folder, "18-ses-donnees", "starter.json");
  const kept = readFileSync(file);
  writeFileSync(file, "{");
  try {
    const page = await openHome();
    await page.getByText("18-ses-donnees/starter.json est illisible").waitFor();
    expect(await page.locator(".damir-Card").count()).toBe(starters().length - 1);
    await page.close();
  } finally {
    writeFileSync(file, kept);
  }
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
    await page.getByText("Your starter notebooks come first").waitFor();
    expect(await page.locator(".damir-Home").innerText()).not.toMatch(/Forker|Chercher|notebooks de départ/);
  } finally {
    await setLocale("fr_FR");
  }
  await page.close();
});

// The last one: nothing answers after it.
it("says so when the server has stopped, and loses nothing of what is open", async () => {
  const page = await openHome();
  await openStarterByCard(page);
  await execute(page, "notebook:replace-selection", { text: "# Pas perdu" });
  await lab?.stop();
  const said = async (title: string) => {
    const dialog = page.locator(".jp-Dialog", { hasText: title });
    await dialog.waitFor();
    const text = await dialog.innerText();
    expect(text).toContain("Le labo ne répond pas. Vérifiez qu'il tourne, puis réessayez.");
    expect(text).toContain("Rien n'est perdu de ce qui est ouvert ici");
    expect(text).not.toMatch(/fetch|network|server/i);
    await page.screenshot({ path: join(screenshots, "server-stopped.png") });
    await dialog.getByRole("button").last().click();
    await dialog.waitFor({ state: "detached" });
  };
  await page.locator(".damir-Banner").getByRole("button", { name: "Forker" }).click();
  await said("Le notebook n'a pas pu être forké");
  const cells = await page.evaluate(
    () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model.toJSON().cells,
  );
  expect(JSON.stringify(cells)).toContain("Pas perdu");
  await execute(page, "atelier-damir:home");
  await page
    .locator(".damir-Card")
    .getByRole("button", { name: "Premiers pas", exact: false })
    .first()
    .click();
  await said("Le notebook n'a pas pu être ouvert");
  await page.close();
});

async function openHome(viewport = { width: 1280, height: 1000 }): Promise<Page> {
  if (!browser || !lab) throw new Error("the lab did not start");
  const page = await openLabPage(browser, lab.url, viewport);
  await page.locator(".damir-Card").first().waitFor();
  return page;
}

async function openStarterByCard(page: Page): Promise<void> {
  await page.locator(".damir-Card").getByRole("button", { name: title, exact: true }).click();
  await page.locator(".damir-Banner").getByText("Lecture seule").waitFor();
}

function lineage(fork: string): unknown {
  const file = join(folder, "mes-analyses", fork);
  if (!existsSync(file)) return undefined;
  const { metadata } = JSON.parse(readFileSync(file, "utf8")) as {
    metadata: { damir?: { forkedFrom?: unknown } };
  };
  return metadata.damir?.forkedFrom;
}
