import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderPage, type Notebook, type RenderedPage, type RenderOptions } from "@atelier-damir/publish";
import type { Browser, BrowserContextOptions, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executed, joined, type Notebook as RawNotebook } from "../scripts/notebook-run.mjs";
import { home, root } from "../scripts/setup.mjs";
import { starters } from "../scripts/starters.mjs";
import { openChromium } from "./chromium.js";
import { accessibilityProblems } from "./lab-pages.js";

const options: RenderOptions = {
  identity: { author: "Camille", licence: "Licence Ouverte 2.0" },
  sources: [
    {
      table: "damir",
      title: "Open DAMIR",
      producer: "CNAM",
      licence: "Licence Ouverte 2.0",
      synthetic: true,
      url: "https://www.data.gouv.fr/datasets/open-damir/",
      readOn: "2026-03-02",
      files: [],
    },
  ],
  version: "2026-03-02",
  date: "2026-03-02",
  synthetic: true,
};

/** A notebook file as the check reads it: texts whole. */
function whole(text: string): Notebook {
  const { cells, ...rest } = JSON.parse(text) as RawNotebook & Omit<Notebook, "cells">;
  return {
    ...rest,
    cells: cells.map((cell) => ({
      ...cell,
      cell_type: cell.cell_type as Notebook["cells"][number]["cell_type"],
      source: joined(cell.source),
      outputs: (cell.outputs ?? []).map((output) => ({
        ...output,
        output_type: output.output_type as "display_data",
        text: joined(output.text),
        data: Object.fromEntries(
          Object.entries(output.data ?? {}).map(([type, value]) => [
            type,
            type.endsWith("json") ? value : joined(value),
          ]),
        ),
      })),
    })),
  };
}

let browser: Browser;
let folder: string;
beforeAll(async () => {
  const output = join(root, "tests", "output");
  mkdirSync(output, { recursive: true });
  folder = mkdtempSync(join(output, "pages-"));
  browser = await openChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page did that it shouldn't have. */
interface Misdeeds {
  /** Addresses that it asked for, and windows that it opened. */
  requests: string[];
  /** Scripts of the notebook that ran, and what the console says. */
  events: string[];
}

let pages = 0;
async function opened(
  html: string,
  context: BrowserContextOptions = {},
): Promise<{ page: Page; did: Misdeeds }> {
  const path = join(folder, `page-${++pages}.html`);
  writeFileSync(path, html);
  const tab = await browser.newContext({ acceptDownloads: true, ...context });
  const page = await tab.newPage();
  const did: Misdeeds = { requests: [], events: [] };
  const own = pathToFileURL(path).href;
  await tab.route("**/*", async (route) => {
    const address = route.request().url();
    if (address.split("#")[0] === own) return route.continue();
    did.requests.push(address);
    return route.abort();
  });
  tab.on("page", (other) => did.requests.push(`window ${other.url()}`));
  page.on("dialog", (dialog) => {
    did.events.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => did.events.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) did.events.push(message.text());
  });
  await page.goto(own);
  return { page, did };
}

/** Goes through the page so that every chart is drawn, or stays the picture that it is. */
async function drawAll(page: Page): Promise<number> {
  const figures = page.locator("figure.graphique:has(.vue)");
  for (const figure of await figures.all()) {
    await figure.scrollIntoViewIfNeeded();
    await page.waitForFunction(
      (element) => ["fait", "echec"].includes((element as HTMLElement).dataset["dessin"] ?? ""),
      await figure.elementHandle(),
    );
  }
  return page.locator("figure.graphique.vivant").count();
}

async function contentOf(download: Promise<Download>): Promise<string> {
  return readFileSync(await (await download).path(), "utf8");
}

describe("the page of a starter", () => {
  const chosen = ["02", "05", "09"];
  const made = new Map<string, RenderedPage>();
  const pageOf = (number: string): RenderedPage => {
    const page = made.get(number);
    if (!page) throw new Error(`starter ${number} has no page`);
    return page;
  };
  let notebook05: Notebook;
  beforeAll(async () => {
    for (const number of chosen) {
      const starter = starters().find(({ slug }) => slug.startsWith(number));
      if (!starter) throw new Error(`no starter ${number}`);
      const notebook = whole(await executed(starter.notebook, "notebook", { DAMIR_HOME: home }));
      if (number === "05") notebook05 = notebook;
      made.set(number, await renderPage(notebook, options));
    }
  });

  it.each(chosen)(
    "%s weighs 2.5 MB at most, draws every chart and asks the network for nothing",
    async (number) => {
      const { html, bytes, charts } = pageOf(number);
      console.log(`${number}: ${bytes} bytes, ${charts.total} charts`);
      expect(bytes).toBeLessThan(2_500_000);
      expect(charts.total).toBeGreaterThan(1);
      const { page, did } = await opened(html);
      expect(await drawAll(page)).toBe(charts.total);
      expect(did).toEqual({ requests: [], events: [] });
      await page.context().close();
    },
  );

  it("is whole without scripts: pictures, tables, files", async () => {
    const { html, tables, charts, notebook } = pageOf("02");
    const { page, did } = await opened(html, { javaScriptEnabled: false });
    expect(await page.locator("figure.graphique .fixe img").count()).toBe(charts.total);
    for (const picture of await page.locator("figure.graphique .fixe img").all()) {
      await picture.scrollIntoViewIfNeeded();
      expect(await picture.isVisible()).toBe(true);
      expect((await picture.getAttribute("alt"))?.length).toBeGreaterThan(40);
    }
    const links = page.locator("a[download$='.csv']");
    expect(await links.count()).toBe(tables.length);
    const table = tables.find(({ name }) => name.startsWith("table-1"));
    const saved = page.waitForEvent("download");
    await page.locator(`a[download="${table?.name ?? ""}"]`).click();
    expect(await contentOf(saved)).toBe(table?.csv);
    const taken = page.waitForEvent("download");
    await page.getByRole("link", { name: "Téléchargez le notebook" }).click();
    expect(await contentOf(taken)).toBe(notebook);
    expect(did.requests).toEqual([]);
    await page.context().close();
  });

  it.each(["light", "dark"] as const)("meets WCAG AA in %s, code and data unfolded", async (colorScheme) => {
    const { page } = await opened(pageOf("02").html, { colorScheme });
    await drawAll(page);
    expect(await accessibilityProblems(page, "html")).toEqual([]);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    expect(await accessibilityProblems(page, "html")).toEqual([]);
    await page.context().close();
  });

  it("is worked by the keyboard: to the text, the code, a table's order", async () => {
    const { page } = await opened(pageOf("02").html);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("contenu");
    await page.getByRole("button", { name: "Montrer tout le code" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details.code:not([open])").count()).toBe(0);
    await page.getByRole("button", { name: "Copier le code de Code 1", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.locator("details.code output", { hasText: "Copié" }).waitFor();
    const table = page.locator(".damir-table").first();
    const column = () => table.locator("tbody td:last-child").allTextContents();
    const head = table.locator("th").last().getByRole("button");
    const before = (await column()).map((text) => Number(text.replace(",", ".")));
    await head.focus();
    await page.keyboard.press("Enter");
    const after = (await column()).map((text) => Number(text.replace(",", ".")));
    expect(after).toEqual([...before].sort((a, b) => a - b));
    expect(after).not.toEqual(before);
    await page.context().close();
  });

  it("saves a table and a chart's data as CSV where scripts run", async () => {
    const { html, tables } = pageOf("02");
    const { page } = await opened(html);
    const first = page.waitForEvent("download");
    await page.locator(".damir-table").first().getByRole("button", { name: "CSV" }).click();
    expect(await contentOf(first)).toBe(tables.find(({ name }) => name.startsWith("table-1"))?.csv);
    await page.getByText("Données du graphique 1").click();
    const second = page.waitForEvent("download");
    await page.locator("#graphique-1 a[download]").click();
    expect(await contentOf(second)).toBe(tables.find(({ name }) => name.startsWith("graphique-1"))?.csv);
    await page.context().close();
  });

  it("prints what is read, in dark mode too: pictures, no tools, black on white", async () => {
    const { page } = await opened(pageOf("02").html, { colorScheme: "dark" });
    await drawAll(page);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const tool of [".sommaire", ".barre", ".damir-bar", "details.code"]) {
      expect(await page.locator(tool).first().isVisible()).toBe(false);
    }
    for (const picture of await page.locator("figure.graphique .fixe img").all()) {
      expect(await picture.isVisible()).toBe(true);
    }
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(255, 255, 255)",
    );
    await page.context().close();
  });

  it("fits a telephone: nothing makes the page itself scroll sideways", async () => {
    const { page } = await opened(pageOf("02").html, { viewport: { width: 400, height: 800 } });
    await drawAll(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.context().close();
  });

  it("gives back, from its notebook, the same figures", async () => {
    const path = join(folder, "repris.ipynb");
    writeFileSync(path, pageOf("05").notebook);
    const again = whole(await executed(path, "notebook", { DAMIR_HOME: home }));
    const figures = ({ cells }: Notebook) =>
      cells.map(({ outputs = [] }) => outputs.map(({ data = {} }) => data["text/plain"]));
    expect(figures(again)).toEqual(figures(notebook05));
    expect(figures(again).flat().length).toBeGreaterThan(4);
  });
});

const run = "window.alert('vu')";
const away = "https://exemple.invalid/vu";

/** Markup that runs, loads or leaves in a page that would take it as it is. */
const markup: Record<string, string> = {
  "a script": `<script>${run}</script>`,
  "a handler": `<img src="data:," onerror="${run}">`,
  "a handler of an SVG": `<svg onload="${run}"></svg>`,
  "a script in an SVG": `<svg><script>${run}</script></svg>`,
  "a frame": `<iframe src="${away}"></iframe>`,
  "a frame of its own": `<iframe srcdoc="<script>parent.alert('vu')</script>"></iframe>`,
  "a picture of elsewhere": `<img src="${away}">`,
  "a style that loads": `<style>body{background:url(${away})}</style>`,
  "an attribute that loads": `<p style="background:url(${away})">a</p>`,
  "another script": `<script src="${away}"></script>`,
  "a sheet": `<link rel="stylesheet" href="${away}">`,
  "an address that the page moves to": `<meta http-equiv="refresh" content="0;url=${away}">`,
  "an object": `<object data="${away}"></object>`,
  "a form that sends itself": `<form id="f" action="${away}"></form><img src="data:," onerror="document.forms[0].submit()">`,
  "markup that changes when it is read again": `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=data:, onerror=${run}&gt;">`,
};

const cellsOf = (source: string, data?: Record<string, unknown>): Notebook => ({
  cells: [
    { cell_type: "markdown", source: "# Hostile\n\n**La question** : que peut-il ?", metadata: {} },
    data === undefined
      ? { cell_type: "markdown", source, metadata: {} }
      : {
          cell_type: "code",
          source,
          metadata: {},
          execution_count: 1,
          outputs: [{ output_type: "display_data", data, metadata: {} }],
        },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

describe("a hostile notebook", () => {
  /** What happens in a page within a second, once all of it was gone through. */
  async function deeds(html: string): Promise<Misdeeds> {
    const { page, did } = await opened(html);
    await drawAll(page).catch(() => undefined);
    await page.waitForTimeout(400);
    await page.context().close();
    return did;
  }
  const ran = ({ requests, events }: Misdeeds) =>
    requests.length > 0 || events.some((text) => text.startsWith("dialog"));

  describe.each(Object.entries(markup))("%s", (name, payload) => {
    it.skipIf(name.startsWith("markup that"))("would do harm in a page without defence", async () => {
      expect(ran(await deeds(`<!doctype html><title>a</title><body>${payload}</body>`))).toBe(true);
    });

    it("does nothing in a text, an output, a table, a title, nor in what the page says of itself", async () => {
      const table = `<div class="damir-table"><div><table><caption><strong>${payload}</strong></caption><thead><tr><th><span>${payload}</span></th></tr></thead><tbody><tr><td>${payload}</td></tr></tbody></table></div><p class="damir-foot">${payload}</p><script type="application/json">${JSON.stringify({ columns: [{ title: payload, kind: "text" }], rows: [[payload], ["b"]], sort: [-1, ""], pageSize: 20, count: payload, file: payload, source: payload }).replaceAll("<", "\\u003c")}</script></div>`;
      const notebook = cellsOf(`Un texte.\n\n${payload}\n\n**Fin.** ${payload}\n\n## Partie ${payload}`);
      for (const data of [
        { "text/html": payload },
        { "text/html": table },
        { "text/markdown": payload },
        { "text/plain": payload },
      ]) {
        notebook.cells.push(...cellsOf(payload, data).cells.slice(1));
      }
      const { html } = await renderPage(notebook, {
        ...options,
        identity: { author: payload, licence: payload, email: payload },
        sources: options.sources.map((source) => ({
          ...source,
          title: payload,
          url: payload,
          files: [{ name: payload, sha256: payload }],
        })),
        version: payload,
      });
      expect(await deeds(html)).toEqual({ requests: [], events: [] });
      const [, ...text] = cellsOf(`# Titre ${payload}\n\nUn texte.`).cells;
      const titled = await renderPage({ ...notebook, cells: text }, options);
      expect(await deeds(titled.html)).toEqual({ requests: [], events: [] });
    });

    it("does nothing either where the sanitiser would have missed it: the page's policy stops it", async () => {
      const { html } = await renderPage(cellsOf("ICI"), options);
      expect(html).toContain("<p>ICI</p>");
      const did = await deeds(html.replace("<p>ICI</p>", () => payload));
      // No policy of a page can keep a page from being left by such an element: the sanitiser alone does.
      if (name === "an address that the page moves to") expect(ran(did)).toBe(true);
      else expect(ran(did)).toBe(false);
    });
  });

  it("does nothing by an SVG picture", async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${run}"><script>${run}</script><image href="${away}"/></svg>`;
    const { html } = await renderPage(cellsOf("1", { "image/svg+xml": svg }), options);
    expect(html).toContain("data:image/svg+xml");
    expect(await deeds(html)).toEqual({ requests: [], events: [] });
  });

  it("writes no link that runs", async () => {
    const links = [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,<script>1</script>",
      "vbscript:a",
      "file:///etc",
    ];
    const { html } = await renderPage(
      cellsOf(links.map((link) => `[a](<${link}>) <a href="${link}">b</a>`).join("\n\n")),
      options,
    );
    const { page } = await opened(html);
    const hrefs = await page
      .locator("article a[href]")
      .evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    expect(hrefs).toEqual([]);
    await page.context().close();
  });

  const rows = { values: [{ a: "x", b: 1, u: away, t: `<img src=x onerror=${run}>` }] };
  const bars = {
    data: rows,
    mark: { type: "bar" },
    encoding: { x: { field: "a" }, y: { field: "b", type: "quantitative" } },
  };
  const lite = "application/vnd.vegalite.v5+json";
  const specs: Record<string, [spec: Record<string, unknown>, drawn: number]> = {
    "data from an address": [{ ...bars, data: { url: `${away}.json` } }, 0],
    "a link on a mark": [{ ...bars, encoding: { ...bars.encoding, href: { field: "u" } } }, 1],
    "a picture from an address": [
      { ...bars, mark: "image", encoding: { ...bars.encoding, url: { field: "u" } } },
      1,
    ],
    "wishes for the viewer": [
      {
        ...bars,
        usermeta: {
          embedOptions: {
            actions: true,
            loader: { target: "_self" },
            patch: away,
            config: away,
            theme: away,
          },
        },
      },
      1,
    ],
    "a schema of elsewhere": [{ ...bars, $schema: away }, 1],
    "markup in what the pointer shows": [
      { ...bars, encoding: { ...bars.encoding, tooltip: { field: "t" } } },
      1,
    ],
    "markup in titles": [{ ...bars, title: markup["a handler"], description: markup["a handler"] }, 1],
    "a widget elsewhere": [
      {
        ...bars,
        params: [
          { name: "p", value: 1, bind: { input: "range", element: "h1", onfocus: run, autofocus: "" } },
        ],
      },
      1,
    ],
    "an expression that reaches for the window": [
      {
        ...bars,
        transform: [{ calculate: `datum.constructor.constructor("${run}")()`, as: "c" }],
        encoding: { ...bars.encoding, y: { field: "c" } },
      },
      -1,
    ],
  };
  it.each(Object.entries(specs))("does nothing by a chart: %s", async (name, [spec, drawn]) => {
    const { html } = await renderPage(cellsOf("1", { [lite]: spec, "text/plain": "Un graphique" }), options);
    const { page, did } = await opened(html);
    const count = await drawAll(page);
    if (drawn >= 0) expect(count).toBe(drawn);
    const mark = page.locator(".vue svg .mark-rect path").first();
    if ((await mark.count()) > 0) {
      await mark.hover({ force: true });
      if (name.includes("pointer")) {
        expect(await page.locator(".infobulle").textContent()).toContain("<img src=x onerror=");
      }
      await mark.click({ force: true });
    }
    await page.waitForTimeout(300);
    expect(await page.locator("h1 input, .infobulle img").count()).toBe(0);
    expect(did.requests).toEqual([]);
    expect(did.events.filter((text) => text.startsWith("dialog"))).toEqual([]);
    await page.context().close();
  });
});
