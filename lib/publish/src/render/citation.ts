import { escaped, link } from "./markup.js";

/** What a citation is made of. */
export interface Cited {
  title: string;
  author?: string;
  /** `AAAA-MM-JJ` */
  date: string;
  version: string;
  licence?: string;
  address?: string;
  /** Name of the page, from which the BibTeX key is made. */
  slug: string;
}

/** The citation in HTML, and its BibTeX entry. */
export function citationHtml(cited: Cited): string {
  const { title, author, date, version, licence, address } = cited;
  const parts = [
    `${escaped(author ?? "Auteur non indiqué")} (${escaped(date.slice(0, 4))})`,
    `<cite>${escaped(title)}</cite>, version ${escaped(version)}`,
    ...(licence === undefined ? [] : [escaped(licence)]),
    ...(address === undefined ? [] : [link(address, address)]),
  ];
  return [
    `<p class="citation">${parts.join(". ")}.</p>`,
    `<details class="code"><summary>BibTeX</summary><pre tabindex="0"><code>${escaped(bibtex(cited))}</code></pre></details>`,
  ].join("");
}

/** Signs that TeX would take for its own. */
const texSigns: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function tex(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\{}~^&%$#_]/g, (sign) => texSigns[sign] ?? `\\${sign}`);
}

/** A BibTeX entry: an accent stands as it is, in UTF-8. */
export function bibtex({ title, author, date, version, licence, address, slug }: Cited): string {
  const month = Number(date.slice(5, 7));
  const fields: [string, string | undefined][] = [
    ["title", tex(title)],
    // Several authors are joined by commas in a notebook, by « and » here.
    [
      "author",
      author
        ?.split(/\s*,\s*/)
        .map((name) => `{${tex(name)}}`)
        .join(" and "),
    ],
    ["year", date.slice(0, 4)],
    ["month", month >= 1 && month <= 12 ? String(month) : undefined],
    ["version", tex(version)],
    ["url", address?.replace(/[{}\\]/g, "")],
    ["note", licence === undefined ? undefined : `Licence : ${tex(licence)}`],
    ["langid", "french"],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
  return `@misc{${slug}-${date.slice(0, 4)},\n${lines.join(",\n")}\n}`;
}
