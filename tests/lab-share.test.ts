import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalogue } from "@atelier-damir/pipeline";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Lab } from "../scripts/lab.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems, openLabPage, type LabWindow } from "./lab-pages.js";
import { startTestLab } from "./test-lab.js";
import { PublishedSite, siteAddress } from "./published-site.js";

const screenshots = join(root, "tests", "output");
const folder = mkdtempSync(join(tmpdir(), "share-"));
const key = "cle-de-camille-0123456789";
const site = new PublishedSite();

const analysis = (code: string) => ({
  cells: [
    {
      id: "texte",
      cell_type: "markdown",
      metadata: {},
      source:
        "# Remboursé par âge\n\n**Question** : quel âge reçoit le plus de remboursements ?\n\nCette analyse additionne les montants remboursés par tranche d'âge, puis les compare. Elle ne dit rien des personnes : les lignes sont des agrégats de soins remboursés, et les âges inconnus en sont écartés.",
    },
    { id: "code", cell_type: "code", metadata: {}, source: code, execution_count: null, outputs: [] },
    {
      id: "lecture",
      cell_type: "markdown",
      metadata: {},
      source: "Le graphique se lit de haut en bas : l'âge qui reçoit le plus est le premier.",
    },
  ],
  metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
});

const works = `import { chart, connect } from "damir";
const damir = await connect();
chart.ranking(await damir.sql\`SELECT age_ben_snds, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1\`,
  { title: "Remboursé par âge", label: "age_ben_snds", value: "rembourse", unit: "€" })`;

let lab: Lab | undefined;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  mkdirSync(join(folder, "mes-analyses"));
  writeFileSync(join(folder, "mes-analyses", "ages.ipynb"), JSON.stringify(analysis(works)));
  writeFileSync(
    join(folder, "mes-analyses", "rate.ipynb"),
    JSON.stringify(analysis('throw new Error("raté");')),
  );
  await site.start(key);
  for (const { datagouv } of readCatalogue().values()) {
    const name = datagouv?.id ?? datagouv?.slug;
    if (name !== undefined) site.standIn.datasets.set(name, { slug: datagouv?.slug ?? name });
  }
  lab = await startTestLab({ folder, env: site.env() });
  browser = await openChromium();
  page = await openLabPage(browser, lab.url, { width: 1280, height: 900 });
  page.setDefaultTimeout(60_000);
  await page.getByRole("heading", { name: "Atelier DAMIR" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  site.stop();
});

const dialog = () => page.locator("dialog.damir-Share");
const field = (name: string) => dialog().getByLabel(name);

async function openNotebook(name: string): Promise<void> {
  await page.evaluate(async (path) => {
    await (window as unknown as LabWindow).jupyterapp.commands.execute("docmanager:open", { path });
  }, `mes-analyses/${name}`);
  await page.waitForFunction((path) => {
    const { context, sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return context?.path === path && sessionContext?.isReady === true;
  }, `mes-analyses/${name}`);
}

async function openDialog(): Promise<void> {
  await page
    .locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar")
    .getByText("Partager", { exact: true })
    .click();
  await dialog().waitFor();
}

it("says what keeps a notebook from being published, where, and keeps what was typed", async () => {
  await openNotebook("rate.ipynb");
  await openDialog();
  await field("Auteur (").fill("Camille Martin");
  await field("Mots-clés").fill("âge, soins");
  await dialog().getByRole("button", { name: "Contrôler et voir la page" }).click();
  await dialog().getByText("Ce que vous avez saisi est gardé").waitFor();
  const finding = dialog().locator("[data-severity=erreur]", { hasText: "raté" });
  await finding.waitFor();
  await page.screenshot({ path: join(screenshots, "share-findings.png") });
  expect(await accessibilityProblems(page, "dialog.damir-Share")).toEqual([]);
  // The cell is a click away, and the dialog as it was.
  await finding.getByRole("button", { name: "Cellule 2" }).click();
  await dialog().waitFor({ state: "detached" });
  expect(
    await page.evaluate(
      () => (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.activeCellIndex,
    ),
  ).toBe(1);
  await openDialog();
  expect(await field("Mots-clés").inputValue()).toBe("âge, soins");
  await finding.waitFor();
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

it("shows the page before it is published, shut off from the lab", async () => {
  await openNotebook("ages.ipynb");
  await openDialog();
  await dialog().getByRole("button", { name: "Contrôler et voir la page" }).click();
  const frame = dialog().locator("iframe");
  await frame.waitFor();
  expect(await frame.getAttribute("sandbox")).toBe("allow-scripts");
  const content = frame.contentFrame();
  await content.getByRole("heading", { level: 1, name: "Remboursé par âge" }).waitFor();
  expect(await content.locator("body").evaluate(() => window.origin)).toBe("null");
  await dialog().getByText("La page est prête. Rien n'est publié.").waitFor();
  expect(site.published("/sante/ages/")).toBeUndefined();
  expect(site.standIn.reuses).toEqual([]);
  await page.screenshot({ path: join(screenshots, "share-preview.png") });
});

it("rehearses, then publishes by the keyboard, and keeps the key nowhere unasked", async () => {
  await field("Dossier de votre dépôt").fill(site.clone);
  await field("Dossier dans le site").fill("sante");
  await field("Adresse publique").fill(siteAddress);
  await field("demo.data.gouv.fr").check();
  await field("Clé d'API").fill(key);
  await dialog().getByRole("button", { name: "Répéter" }).click();
  await dialog().getByText("Tout est prêt. Rien n'a été envoyé.").waitFor();
  expect(await dialog().locator("pre").allInnerTexts()).toContainEqual(expect.stringContaining("POST"));
  expect(site.standIn.reuses).toEqual([]);

  await field("Mots-clés").focus();
  await page.keyboard.type("âge, soins");
  await page.keyboard.press("Enter");
  await dialog().getByText("Publié.").waitFor();
  expect(String(site.published("/sante/ages/"))).toContain("Remboursé par âge");
  expect(site.standIn.reuses).toMatchObject([{ private: true, owner: "camille" }]);
  expect(site.standIn.reuses[0]?.tags).toEqual(expect.arrayContaining(["soins"]));
  await page.screenshot({ path: join(screenshots, "share-published.png") });
  // Forgotten once it has served, and found in no file that the lab or the notebook writes.
  expect(await field("Clé d'API").inputValue()).toBe("");
  expect(
    await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])),
  ).not.toContain(key);
  expect(filesWith(key, folder)).toEqual([]);
  expect(filesWith(key, join(process.env["DAMIR_HOME"] ?? join(root, ".damir"), "jupyter"))).toEqual([]);
  expect(existsSync(join(site.folder, "reglages"))).toBe(false);
});

it("says what the site holds against a wrong key, and goes on from there", async () => {
  await field("Clé d'API").fill("une-cle-qui-ne-vaut-rien");
  await dialog().getByRole("button", { name: "Publier", exact: true }).click();
  const alert = dialog().getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/clé/);
  expect(await alert.innerText()).not.toContain("une-cle-qui-ne-vaut-rien");
  expect(await field("Dossier de votre dépôt").inputValue()).toBe(site.clone);
  expect(site.standIn.reuses).toHaveLength(1);
  await field("Clé d'API").fill(key);
  await dialog().getByRole("button", { name: "Publier", exact: true }).click();
  await dialog().getByText("Publié.").waitFor();
  expect(site.standIn.reuses).toHaveLength(1);
});

it("can be read in the dark and in a narrow window", async () => {
  await page.keyboard.press("Escape");
  await page.evaluate(async () => {
    await (window as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", {
      theme: "JupyterLab Dark",
    });
  });
  await page.waitForFunction(() => document.body.dataset["jpThemeName"] === "JupyterLab Dark");
  await openDialog();
  expect(await accessibilityProblems(page, "dialog.damir-Share")).toEqual([]);
  await page.screenshot({ path: join(screenshots, "share-dark.png") });
  await page.setViewportSize({ width: 640, height: 800 });
  await page.screenshot({ path: join(screenshots, "share-narrow.png") });
  await page.keyboard.press("Escape");
});

/** Files under a folder that hold a text. */
function filesWith(text: string, top: string): string[] {
  return readdirSync(top, { recursive: true, encoding: "utf8" })
    .map((name) => join(top, name))
    .filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(text),
    );
}
