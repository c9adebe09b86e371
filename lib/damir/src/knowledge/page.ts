import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import { escapeHtml } from "../html.js";

/** A piece of a page. */
export type Block =
  | { kind: "paragraph"; text: string }
  | { kind: "list"; title: string; items: readonly string[] }
  | { kind: "table"; title: string; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: "code"; title: string; text: string };

/** What a page says. */
export interface PageContent {
  title: string;
  /** One line under the title: what it is, and where. */
  subtitle: string;
  blocks: readonly Block[];
}

/** A page of the dictionary, as a notebook shows it: HTML, and text for terminals and tooltips. */
export class Page implements Displayable {
  readonly #content: PageContent | (() => Promise<PageContent>);

  /** @param content what it says, or how to know it once the page is shown */
  constructor(content: PageContent | (() => Promise<PageContent>)) {
    this.#content = content;
  }

  /**
   * What it says.
   *
   * @example
   * const { title } = await damir.describe("prs_nat").content();
   */
  async content(): Promise<PageContent> {
    return typeof this.#content === "function" ? this.#content() : this.#content;
  }

  async [jupyterDisplay](): Promise<DisplayData> {
    const content = await this.content();
    return { data: { "text/html": htmlOf(content), "text/plain": textOf(content) } };
  }
}

const smallStyle = "opacity:.8;font-size:90%";
const cellStyle = "text-align:left;padding:.1em .8em .1em 0;vertical-align:top";

function htmlOf({ title, subtitle, blocks }: PageContent): string {
  const parts = blocks.map((block) => {
    switch (block.kind) {
      case "paragraph":
        return `<p>${escapeHtml(block.text)}</p>`;
      case "list":
        return `<h4>${escapeHtml(block.title)}</h4><ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
      case "table": {
        const head = block.head.map(
          (cell) => `<th scope="col" style="${cellStyle}">${escapeHtml(cell)}</th>`,
        );
        const rows = block.rows.map(
          (row) =>
            `<tr>${row.map((cell) => `<td style="${cellStyle}">${escapeHtml(cell)}</td>`).join("")}</tr>`,
        );
        return `<h4>${escapeHtml(block.title)}</h4><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
      }
      case "code":
        return `<h4>${escapeHtml(block.title)}</h4><pre><code>${escapeHtml(block.text)}</code></pre>`;
    }
  });
  return `<article class="damir-page" lang="fr"><h3>${escapeHtml(title)}</h3><p style="${smallStyle}">${escapeHtml(subtitle)}</p>${parts.join("")}</article>`;
}

function textOf({ title, subtitle, blocks }: PageContent): string {
  const parts = blocks.map((block) => {
    switch (block.kind) {
      case "paragraph":
        return block.text;
      case "list":
        return [`${block.title} :`, ...block.items.map((item) => `- ${item}`)].join("\n");
      case "table":
        return [`${block.title} :`, ...columnsOf([block.head, ...block.rows])].join("\n");
      case "code":
        return [`${block.title} :`, ...block.text.split("\n").map((line) => `  ${line}`)].join("\n");
    }
  });
  return [title, subtitle, "", parts.join("\n\n")].join("\n");
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
