import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "@atelier-damir/pipeline";
import { linkedDatasets } from "@atelier-damir/publish";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executed, joined, type Notebook } from "../scripts/notebook-run.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { eventsOf, PublishedSite, siteAddress, type Outcome } from "./published-site.js";
import { only, tagged } from "./starter-outputs.js";

const key = "cle-de-camille-0123456789";
const slugs = ["02-depassements", "06-transports-desertification", "14-meteo-recours"];
const output = join(root, "tests", "output", "publication");
const site = new PublishedSite();
/** How each starter's first publication ended. */
const first = new Map<string, Outcome>();

/** What a person types to publish a starter here. The sample is synthetic: a draft. */
function words(slug: string, ...more: string[]): string[] {
  const notebook = join("notebooks", slug, "notebook.ipynb");
  const signed = ["--author", "Camille Martin", "--licence", "Licence Ouverte 2.0"];
  const where = ["--to", "git", "--repository", site.clone, "--address", siteAddress, "--path", "sante"];
  return ["publish", notebook, ...where, ...signed, "--draft", "--demo", "--yes", ...more];
}

/** The identifier that the stand-in has for a dataset: its own where the catalogue knows it. */
function idOf(name: string): string {
  const known = /^[0-9a-f]{24}$/.test(name);
  return known ? name : createHash("sha256").update(name).digest("hex").slice(0, 24);
}

/** The datasets of data.gouv.fr behind the tables that a starter's card says it reads. */
function datasetsOf(slug: string): string[] {
  const path = join(root, "notebooks", slug, "starter.json");
  const { datasets } = JSON.parse(readFileSync(path, "utf8")) as { datasets: string[] };
  return linkedDatasets(datasets, readCatalogue()).linked.map(({ name }) => idOf(name));
}

const addressOf = (slug: string) => `${siteAddress}sante/${slug}/`;

beforeAll(async () => {
  mkdirSync(output, { recursive: true });
  await site.start(key);
  for (const { datagouv } of readCatalogue().values()) {
    const name = datagouv?.id ?? datagouv?.slug;
    if (name !== undefined) site.standIn.datasets.set(idOf(name), { slug: datagouv?.slug ?? name });
  }
  for (const slug of slugs) {
    // The host takes its time to show what was pushed.
    site.late = 2;
    first.set(slug, await site.damir(words(slug, "--json"), { DATAGOUV_DEMO_API_KEY: key }));
  }
});
afterAll(() => {
  site.stop();
});

describe.each(slugs)("%s, published", (slug) => {
  it("tells each step as a line, and ends well", () => {
    const outcome = first.get(slug);
    expect(outcome?.err).toBe("");
    expect(outcome?.code).toBe(0);
    const events = eventsOf(outcome as Outcome);
    expect(events[0]).toMatchObject({
      event: "plan",
      slug,
      address: addressOf(slug),
      steps: ["check", "render", "host", "wait", "card"],
      draft: true,
    });
    expect(events.filter(({ event }) => event === "progress").length).toBeGreaterThan(5);
    expect(events.find(({ event }) => event === "page")).toMatchObject({ synthetic: true });
    expect(events.at(-1)).toMatchObject({ event: "done", address: addressOf(slug) });
    // Neither the errors nor the texts of a starter keep it from being published, but for its invented data.
    expect(
      events.flatMap((event) => (event.event === "finding" && event.severity !== "note" ? [event.rule] : [])),
    ).toEqual(["synthetique"]);
  });

  it("has its page, its version and its image on the branch, and a draft of a card that links what it read", () => {
    const page = site.published(`/sante/${slug}/`);
    expect(page?.length).toBeGreaterThan(100_000);
    const { versions } = JSON.parse(String(site.published(`/sante/${slug}/analyse.json`))) as {
      versions: { version: string; draft?: boolean }[];
    };
    expect(versions).toMatchObject([{ draft: true }]);
    expect(site.published(`/sante/${slug}/${versions[0]?.version ?? ""}/`)?.equals(page as Buffer)).toBe(
      true,
    );
    const image = site.published(`/sante/${slug}/image.png`);
    const card = site.standIn.reuses.find(({ url }) => url === addressOf(slug));
    expect(card).toMatchObject({ private: true, type: "visualization", topic: "health" });
    expect(card?.image?.equals(image as Buffer)).toBe(true);
    expect(datasetsOf(slug).length).toBeGreaterThan(1);
    expect(card?.datasets.toSorted()).toEqual(datasetsOf(slug).toSorted());
    expect(card?.description.length).toBeGreaterThan(600);
    expect(card?.description).toMatch(
      /^[^]+\?[^]*\*\*Méthode\.\*\*[^]*\*\*Ce qu'on voit\.\*\*[^]*\*\*Limites\.\*\*[^]*\*\*Sources\.\*\*/,
    );
  });
});

describe("published again", () => {
  it("unchanged, it makes no commit, no second card and no second version", async () => {
    const [slug = ""] = slugs;
    const head = site.git(site.bare, "rev-parse", "gh-pages");
    const outcome = await site.damir(words(slug), { DATAGOUV_DEMO_API_KEY: key });
    expect(outcome.code, outcome.err).toBe(0);
    expect(outcome.err).toMatch(/Le site avait déjà cette page[^]*Fiche mise à jour, en brouillon/);
    expect(outcome.out).toContain(`Page : ${addressOf(slug)}`);
    expect(site.git(site.bare, "rev-parse", "gh-pages")).toBe(head);
    expect(site.standIn.reuses).toHaveLength(slugs.length);
  });

  it("by somebody else under the same name, it is refused before the notebook runs", async () => {
    const [slug = ""] = slugs;
    const outcome = await site.damir([...words(slug), "--author", "Dominique"], {
      DATAGOUV_DEMO_API_KEY: key,
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toMatch(/de Camille Martin, et vous signez Dominique[^]*--slug NOM/);
    expect(outcome.err).not.toContain("Contrôle fait");
  });
});

describe("in a browser, with no network but the site's own", () => {
  let browser: Browser;
  const elsewhere: string[] = [];
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  async function open(
    path: string,
    javaScriptEnabled: boolean,
    size = { width: 1200, height: 900 },
  ): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled, viewport: size });
    await context.route("**/*", (route) => {
      const url = new URL(route.request().url());
      const content = url.origin === new URL(siteAddress).origin ? site.published(url.pathname) : undefined;
      if (url.protocol === "data:" || url.protocol === "blob:") return route.continue();
      if (!content) {
        elsewhere.push(url.href);
        return route.abort();
      }
      return route.fulfill({
        body: content,
        contentType: url.pathname.endsWith(".png") ? "image/png" : "text/html; charset=utf-8",
      });
    });
    const page = await context.newPage();
    await page.goto(`${siteAddress}${path}`);
    return page;
  }

  it.each([true, false])(
    "each page shows its title, its figures and its drawings (JavaScript: %s)",
    async (script) => {
      for (const slug of slugs) {
        const page = await open(`sante/${slug}/`, script);
        const { title = "" } =
          eventsOf(first.get(slug) as Outcome).find((event) => event.event === "page") ?? {};
        expect(await page.locator("h1").allInnerTexts()).toEqual([title]);
        expect(await page.locator("table td").count()).toBeGreaterThan(10);
        const drawn = page.locator("main img, main canvas, main svg");
        await expect.poll(() => drawn.count()).toBeGreaterThan(2);
        expect(await page.getByText("SYNTHÉTIQUES").count()).toBeGreaterThan(0);
        await page.screenshot({ path: join(output, `${slug}-${script ? "avec" : "sans"}-script.png`) });
        await page.context().close();
      }
      expect(elsewhere).toEqual([]);
    },
  );

  it.each([
    ["large", { width: 1200, height: 900 }],
    ["etroite", { width: 380, height: 800 }],
  ])("the site's list leads to each (%s)", async (name, size) => {
    const page = await open("sante/", false, size);
    expect(await page.locator("article h2").count()).toBe(slugs.length);
    expect(await page.getByText("Brouillon : à ne pas citer").count()).toBe(slugs.length);
    const images = page.locator("li img");
    await images.last().scrollIntoViewIfNeeded();
    const loaded = images.evaluateAll((all) =>
      all.every((image) => (image as HTMLImageElement).naturalWidth > 1),
    );
    expect(await loaded).toBe(true);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBe(0);
    await page.screenshot({ path: join(output, `liste-${name}.png`), fullPage: true });
    await page.locator("article h2 a").first().click();
    await page.waitForURL(`${siteAddress}sante/*/`);
    await page.context().close();
  });
});

it("a page's notebook, downloaded and run, gives the same figures", async () => {
  const [slug = ""] = slugs;
  const browser = await openChromium();
  const folder = mkdtempSync(join(output, "telecharge-"));
  try {
    const page = await browser.newPage();
    /** The cells of each table, as they are read. */
    const tables = () =>
      page
        .locator("table")
        .evaluateAll((all) =>
          all.map((table) =>
            [...table.querySelectorAll("td")].map((cell) => cell.textContent.trim()).join("|"),
          ),
        );
    await page.setContent(String(site.published(`/sante/${slug}/`)));
    const shown = await tables();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(`a[download="${slug}.ipynb"]`).first().click(),
    ]);
    const path = join(folder, `${slug}.ipynb`);
    await download.saveAs(path);
    const again = JSON.parse(await executed(path, "notebook")) as Notebook;
    const promised = tagged(again, "tableau");
    expect(promised.length).toBeGreaterThan(1);
    for (const id of promised) {
      await page.setContent(joined(only(again, id).data?.["text/html"]));
      const [table = ""] = await tables();
      expect(table.length, id).toBeGreaterThan(10);
      expect(shown, id).toContain(table);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
