/** Text as HTML shows it, in an element or between quotes of an attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The text that escaped text stands for. */
export function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** JSON for a script block: no text of it can end the block, or begin a comment that hides its end. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** An address that a page may link to; undefined for any other scheme, and for what isn't an address. */
export function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:\/\/[^\s"'<>]+$/i.test(address) && URL.canParse(address)
    ? address
    : undefined;
}

/** A link to a web address that opens beside the page; the text alone where the address isn't one. */
export function link(address: string | undefined, text: string): string {
  const href = webAddress(address);
  return href === undefined
    ? escaped(text)
    : `<a href="${escaped(href)}" rel="noopener noreferrer">${escaped(text)}</a>`;
}

/** A name for addresses and files: lower case without accents, words joined by hyphens. */
export function nameOf(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("œ", "oe")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80)
    .replace(/-$/, "");
}

/** A link that saves a file whose content the page holds: it works without a script, and without a network. */
export function fileLink(name: string, type: string, content: string, text: string): string {
  const data = Buffer.from(content, "utf8").toString("base64");
  return `<a class="fichier" download="${escaped(name)}" href="data:${type};base64,${data}">${escaped(text)}</a>`;
}

const days = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "UTC" });

/** A day written `AAAA-MM-JJ` as French readers read it, in a `time` element; the text as it is where it is no day. */
export function dayHtml(day: string): string {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  return date === undefined || Number.isNaN(date.getTime())
    ? escaped(day)
    : `<time datetime="${day}">${days.format(date).replace(/^1 /, "1er ")}</time>`;
}
