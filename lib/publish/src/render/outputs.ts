import type { NotebookOutput } from "../check/check-report.js";
import { specOf } from "../check/outputs-read.js";
import { chartHtml } from "./chart-html.js";
import { scrolled } from "./markdown.js";
import { escaped } from "./markup.js";
import type { PageContent } from "./page-content.js";
import { pictureHtml } from "./picture-html.js";
import { sanitised } from "./sanitise.js";
import { isLibraryTable, tableHtml } from "./table-html.js";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Colours of terminals, which a page doesn't have. */
// eslint-disable-next-line no-control-regex
const plain = (words: string): string => words.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");

const stream = (words: string, kind = ""): string =>
  `<pre class="flux${kind}" tabindex="0">${escaped(plain(words).trimEnd())}</pre>`;

/** The HTML of an output, in the richest of its forms that a page can show safely. */
export async function outputHtml(output: NotebookOutput, content: PageContent): Promise<string> {
  if (output.output_type === "stream") return stream(output.text ?? "");
  if (output.output_type === "error") {
    return stream(`${output.ename ?? ""} : ${output.evalue ?? ""}`, " erreur");
  }
  const data = output.data ?? {};
  const spec = specOf(output);
  if (spec !== undefined) return chartHtml(spec, output, content);
  const html = data["text/html"];
  if (typeof html === "string") {
    return isLibraryTable(html)
      ? tableHtml(html, content)
      : `<div class="sortie">${scrolled(sanitised(html))}</div>`;
  }
  const picture = pictureHtml(output, text(data["text/plain"]));
  if (picture !== "") return `<figure class="image">${picture}</figure>`;
  const markdown = text(data["text/markdown"]);
  if (markdown !== "") return `<div class="sortie">${content.texts.fragment(markdown)}</div>`;
  const words = text(data["text/plain"]);
  return words === "" ? "" : stream(words);
}
