import MarkdownIt from "markdown-it";
import type { NotebookCell } from "../check/check-report.js";
import { codeHtml } from "./code-html.js";
import { unescaped } from "./markup.js";
import { headingId, sanitised, textOnly } from "./sanitise.js";

/** HTML in markdown is let through here, as the lab does: what can't be trusted of it goes in {@link sanitised}. */
const markdown = new MarkdownIt({ html: true, linkify: false, highlight: codeHtml });
// Which addresses may stand in a page is decided once, in the sanitiser; pictures of attachments have no address yet.
markdown.validateLink = () => true;

// French signs stand after a space that no line may break at.
markdown.core.ruler.push("espaces", ({ tokens }) => {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type === "text") {
      token.content = token.content
        .replace(/ (?=[:;!?»](?:\s|$|[.,)]))/g, "\u00a0")
        .replace(/« /g, "«\u00a0");
    }
  }
});

/** A heading of the page, for its list of contents. */
export interface Heading {
  id: string;
  /** 2 to 6. */
  level: number;
  /** HTML text, escaped. */
  text: string;
}

/** Turns the texts of one notebook into HTML, and gathers their headings. */
export class MarkdownTexts {
  readonly headings: Heading[] = [];
  readonly #title: string | undefined;
  #titleSeen = false;

  /** @param title the notebook's, which the page shows apart */
  constructor(title: string | undefined) {
    this.#title = title;
  }

  /** The HTML of a cell's text; its headings have identifiers of their own. */
  html(cell: NotebookCell): string {
    const pictured = markdown
      .render(this.#withoutTitle(cell.source))
      .replace(/(<img\b[^>]*\bsrc=")attachment:([^"]*)"/g, (_, before: string, name: string) => {
        return `${before}${attachedPicture(cell, decodeURI(name))}"`;
      });
    return scrolled(
      sanitised(pictured).replace(/<h([2-6])>([^]*?)<\/h\1>/g, (_, digit: string, inner: string) =>
        this.#heading(Number(digit), inner),
      ),
    );
  }

  /** The HTML of markdown that a cell put out: its headings aren't the page's. */
  fragment(source: string): string {
    return scrolled(sanitised(markdown.render(source)));
  }

  #withoutTitle(source: string): string {
    if (this.#titleSeen || this.#title === undefined || !/^#[ \t]+\S/m.test(source)) return source;
    this.#titleSeen = true;
    return source.replace(/^#[ \t]+.+$/m, "");
  }

  #heading(level: number, inner: string): string {
    const text = textOnly(inner).trim();
    const wanted = headingId(unescaped(text));
    let id = wanted;
    for (let n = 2; this.headings.some((heading) => heading.id === id); n++) id = `${wanted}-${n}`;
    // A level that is skipped misleads who goes from heading to heading.
    const last = this.headings.at(-1)?.level ?? 1;
    const kept = Math.min(level, last + 1);
    this.headings.push({ id, level: kept, text });
    return `<h${kept} id="${id}" tabindex="-1">${inner}</h${kept}>`;
  }
}

/** A wide table scrolls by itself, the page doesn't. */
export function scrolled(html: string): string {
  return html
    .replaceAll("<table>", '<div class="defile" role="region" tabindex="0" aria-label="Tableau"><table>')
    .replaceAll("</table>", "</table></div>");
}

function attachedPicture({ attachments = {} }: NotebookCell, name: string): string {
  const [type, content] = Object.entries(attachments[name] ?? {})[0] ?? [];
  return type !== undefined && typeof content === "string" ? `data:${type};base64,${content}` : "";
}
