import { createHash } from "node:crypto";
import UPNG from "upng-js";
import { expect, it } from "vitest";
import type { Notebook, NotebookCell, NotebookOutput } from "../check/check-report.js";
import { bibtex } from "./citation.js";
import { csvOf } from "./csv.js";
import { renderPage } from "./render-page.js";
import type { RenderOptions } from "./rendered-page.js";

const options: RenderOptions = {
  identity: { author: "Camille <Martin>", licence: "MIT" },
  sources: [
    {
      table: "damir",
      title: "Open DAMIR",
      producer: "CNAM",
      licence: "Licence Ouverte 2.0",
      synthetic: false,
      url: "https://www.data.gouv.fr/datasets/open-damir/",
      updated: "2026-01-01",
      readOn: "2026-03-02",
      files: [{ name: "A202401.csv.gz", sha256: "0".repeat(64) }],
    },
    {
      table: "x",
      title: "Piège",
      producer: "",
      licence: "",
      synthetic: true,
      url: "javascript:alert(1)",
      readOn: "2026-03-02",
      files: [],
    },
  ],
  version: "2026-03-02",
  date: "2026-03-02",
  canonicalUrl: "https://exemple.fr/analyses/essai/",
  imageUrl: "https://exemple.fr/analyses/essai/image.png",
};

const words = (source: string): NotebookCell => ({ cell_type: "markdown", source, metadata: {} });
const code = (source: string, outputs: NotebookOutput[] = []): NotebookCell => ({
  cell_type: "code",
  source,
  metadata: {},
  execution_count: 1,
  outputs,
});
const shown = (data: Record<string, unknown>): NotebookOutput => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const notebookOf = (...cells: NotebookCell[]): Notebook => ({
  cells: [words("# Un essai & co\n\n**La question** : combien ?"), ...cells],
  metadata: { language_info: { name: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
});

const png = Buffer.from(UPNG.encode([new Uint8Array(64 * 64 * 4).fill(200).buffer], 64, 64, 0)).toString(
  "base64",
);

it("allows by their hashes the scripts and the style that it holds, and nothing else", async () => {
  const spec = {
    data: { values: [{ a: 1 }] },
    mark: "bar",
    encoding: { x: { field: "a", type: "quantitative" } },
  };
  const { html } = await renderPage(
    notebookOf(code("1", [shown({ "application/vnd.vegalite.v5+json": spec })])),
    options,
  );
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const run = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text = ""]) => hash(text));
  expect(run).toHaveLength(2);
  expect(policy).toContain(`script-src ${run.join(" ")};`);
  expect(policy).toContain(`style-src ${hash(/<style>([^]*?)<\/style>/.exec(html)?.[1] ?? "")};`);
});

it("carries Vega only where a chart needs it", async () => {
  const page = await renderPage(notebookOf(code("1", [shown({ "image/png": png })])), options);
  expect(page.charts).toEqual({ total: 0, interactive: 0 });
  expect(page.bytes).toBeLessThan(100_000);
  expect(page.bytes).toBe(Buffer.byteLength(page.html));
});

it("has one title, a list of its parts that leads to them, and says all that a reader needs to trust and to cite it", async () => {
  const { html } = await renderPage(
    notebookOf(words("## Une partie\n\n# Une autre\n\n## Une partie"), code("const a = 1 < 2;")),
    options,
  );
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html).toContain("<h1>Un essai &amp; co</h1>");
  for (const id of ["partie-une-partie", "partie-une-autre", "partie-une-partie-2", "provenance", "citer"]) {
    expect(html).toContain(`href="#${id}"`);
    expect(html.split(` id="${id}"`)).toHaveLength(2);
  }
  expect(html).toContain("Camille &lt;Martin&gt;");
  expect(html).toContain(
    '<a href="https://www.data.gouv.fr/datasets/open-damir/" rel="noopener noreferrer">Open DAMIR</a>',
  );
  expect(html).toContain("0".repeat(64));
  expect(html).toContain('<time datetime="2026-01-01">1er janvier 2026</time>');
  expect(html).not.toContain("javascript:");
  expect(html).toContain('<link rel="canonical" href="https://exemple.fr/analyses/essai/">');
  expect(html).toMatch(/<html lang="fr">/);
});

it("names its picture for cards only where it has one, of a card's size", async () => {
  const drawn = await renderPage(notebookOf(code("1", [shown({ "image/png": png })])), options);
  expect(drawn.html).toContain('property="og:image" content="https://exemple.fr/analyses/essai/image.png"');
  const size = UPNG.decode((drawn.socialImage ?? new Uint8Array()).slice().buffer);
  expect([size.width, size.height]).toEqual([1200, 630]);
  const words_ = await renderPage(notebookOf(), options);
  expect(words_.socialImage).toBeUndefined();
  expect(words_.html).not.toContain("og:image");
});

it("offers the notebook without outputs, with who wrote it", async () => {
  const { html, notebook } = await renderPage(
    notebookOf(code("1", [shown({ "text/plain": "chiffre-1234" })])),
    options,
  );
  expect(JSON.parse(notebook)).toMatchObject({
    metadata: { authors: [{ name: "Camille <Martin>" }], license: { name: "MIT" } },
    cells: [{}, { source: "1", outputs: [], execution_count: null }],
  });
  const link = /download="un-essai-co\.ipynb" href="data:application\/x-ipynb\+json;base64,([^"]*)"/.exec(
    html,
  )?.[1];
  expect(Buffer.from(link ?? "", "base64").toString()).toBe(notebook);
});

it("shows a table, its file and its mark, with one row or several", async () => {
  const table = (json: string) =>
    `<div class="damir-table tex2jax_ignore"><style>x</style><div class="damir-scroll"><table><caption><strong>Dépenses</strong></caption><thead><tr><th scope="col" class="damir-number" style="text-align:right"><span>euros</span></th></tr></thead><tbody><tr><td class="damir-number">1\u202f234,5</td></tr></tbody></table></div><p class="damir-foot">Source · DONNÉES SYNTHÉTIQUES, x</p>${json}</div>`;
  const json =
    '<script type="application/json">{"columns":[{"title":"euros","kind":"number"}],"rows":[[1234.5],[-2]]}</script><script>1</script>';
  const page = await renderPage(
    notebookOf(
      code("1", [shown({ "text/html": table(json) })]),
      code("2", [shown({ "text/html": table("") })]),
    ),
    options,
  );
  expect(page.tables).toEqual([
    { name: "table-1-depenses.csv", csv: "\ufeffeuros\r\n1234,5\r\n-2\r\n" },
    { name: "table-2-depenses.csv", csv: "\ufeffeuros\r\n1234,5\r\n" },
  ]);
  expect(page.html.match(/<span class="damir-synthetic">DONNÉES SYNTHÉTIQUES/g)).toHaveLength(2);
  expect(page.html).not.toContain('style="text-align');
});

it("says before any figure that a page is a draft or of generated rows, and keeps it out of search engines", async () => {
  const draft = await renderPage(notebookOf(), { ...options, draft: true });
  expect(draft.html).toContain("Brouillon.");
  expect(draft.html).toContain('name="robots" content="noindex"');
  const synthetic = await renderPage(notebookOf(), { ...options, synthetic: true });
  expect(synthetic.html).toContain("Données synthétiques.");
  expect((await renderPage(notebookOf(), options)).html).not.toContain("noindex");
});

it("writes files that spreadsheets open, and no formula of theirs", () => {
  expect(
    csvOf(
      ["a;b", "c"],
      [
        ["=1+A1", 1.5],
        ["-12", null],
        ['dit "oui"', true],
      ],
    ),
  ).toBe('\ufeff"a;b";c\r\n\'=1+A1;1,5\r\n-12;\r\n"dit ""oui""";true\r\n');
});

it("writes a BibTeX entry that TeX reads", () => {
  const entry = bibtex({
    title: "100 % des {actes} & co_payés",
    author: "A. B, C. D",
    date: "2026-03-02",
    version: "1",
    slug: "essai",
  });
  expect(entry).toContain("title = {100 \\% des \\{actes\\} \\& co\\_payés}");
  expect(entry).toContain("author = {{A. B} and {C. D}}");
  expect(entry).toMatch(/^@misc\{essai-2026,\n/);
});
