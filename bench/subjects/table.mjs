/* global document, Event, requestAnimationFrame */
/**
 * A table of 100,000 rows to the screen in Chromium, against a plain HTML table of 1,000 rows on the same page:
 * `npm run bench -- table [ROWS] [RUNS]`, 100,000 rows and 7 runs unless said. Each run shows both, one after the other.
 * Chromium is the machine's own; `CHROMIUM` names another.
 */
import { performance } from "node:perf_hooks";
import { chromium } from "playwright-core";
import { resultOf, table } from "../../lib/damir/dist/index.js";

const plainRows = 1000;

/** Measures and prints. */
export async function measure() {
  const [rows = 100_000, runs = 7] = process.argv.slice(3).map(Number);
  if (!(rows > plainRows && rows <= 100_000 && runs >= 1))
    throw new Error("npm run bench -- table [ROWS] [RUNS]");
  const result = rowsLikeDamir(rows);
  const written = performance.now();
  const html = table(result, { rows, caption: "Mesure" }).html;
  const writing = performance.now() - written;
  const plain = table(result, { rows: plainRows, pageSize: 500 }).html;
  const body = /<tbody>([^]*?)<\/tbody>/.exec(plain)?.[1] ?? "";
  const baseline = `<table><tbody>${body}${body}</tbody></table>`;

  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  try {
    const page = await browser.newPage();
    await page.setContent("<!doctype html><html lang='fr'><body></body></html>");
    /** @type {{ plain: number, shown: number, sorted: number, searched: number }[]} */
    const measured = [];
    for (let run = 0; run <= runs; run++) {
      const found = {
        plain: await page.evaluate(show, baseline),
        shown: await page.evaluate(show, html),
        sorted: await page.evaluate(act, "sort"),
        searched: await page.evaluate(act, "search"),
      };
      // The first run warms Chromium up.
      if (run > 0) measured.push(found);
    }
    /** @param {keyof typeof measured[number]} step */
    const median = (step) =>
      measured.map(({ [step]: time }) => time).sort((a, b) => a - b)[Math.floor(measured.length / 2)] ?? NaN;
    const shown = median("shown");
    const lines = [
      [`${rows.toLocaleString("en")} rows to the screen`, `${shown.toFixed(0)} ms`, "≤ 300 ms", shown <= 300],
      [
        `plain table of ${plainRows.toLocaleString("en")} rows`,
        `${median("plain").toFixed(0)} ms`,
        "the baseline",
      ],
      ["ratio", (shown / median("plain")).toFixed(2), "same page, same run"],
      ["a column sorted", `${median("sorted").toFixed(0)} ms`, "texts, all rows"],
      ["first letters searched", `${median("searched").toFixed(0)} ms`, "all cells of all rows"],
      [
        "written by damir",
        `${writing.toFixed(0)} ms, ${(html.length / 1e6).toFixed(1)} MB`,
        "in the kernel, once",
      ],
    ];
    for (const [label, value, asked, met] of lines) {
      console.log(
        `${met === undefined ? " " : met ? "✓" : "✗"} ${String(label).padEnd(32)} ${String(value).padEnd(18)} ${String(asked)}`,
      );
    }
    console.log(
      `Medians of ${runs} runs, from the moment the page has the text until the next frame is drawn.`,
    );
  } finally {
    await browser.close();
  }
}

/**
 * Rows as a query of Open DAMIR gives them: codes, a label, a month, euros and a quantity.
 * @param {number} count
 */
function rowsLikeDamir(count) {
  return resultOf(
    Array.from({ length: count }, (_, row) => ({
      ben_res_reg: 11 + (row % 13),
      prs_nat: 1000 + ((row * 7919) % 700),
      libelle: `PRESTATION ${(row * 7919) % 700}`,
      mois_soins: new Date(Date.UTC(2024, row % 12, 1)),
      flt_rem_mnt: ((row * 104_729) % 1e9) / 100,
      flt_act_qte: (row * 31) % 5000,
    })),
    [],
  );
}

/**
 * Puts an output on the page as JupyterLab does: its HTML, then its scripts made anew. In the browser.
 * @param {string} html
 * @returns {Promise<number>} milliseconds until it is drawn
 */
async function show(html) {
  document.body.replaceChildren();
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
  const begun = performance.now();
  const host = document.createElement("div");
  host.innerHTML = html;
  document.body.append(host);
  for (const script of [...host.querySelectorAll("script")]) {
    const fresh = document.createElement("script");
    fresh.type = script.type;
    fresh.textContent = script.textContent;
    script.replaceWith(fresh);
  }
  // A task after a frame's callback runs once the frame is drawn.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return performance.now() - begun;
}

/**
 * Sorts the column of labels, or searches. In the browser.
 * @param {string} what `sort` or `search`
 * @returns {Promise<number>} milliseconds until it is drawn
 */
async function act(what) {
  const begun = performance.now();
  if (what === "sort") document.querySelectorAll("button")[2]?.click();
  else {
    const input = document.querySelector("input");
    if (input) input.value = "prestation 12";
    input?.dispatchEvent(new Event("input"));
  }
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return performance.now() - begun;
}
