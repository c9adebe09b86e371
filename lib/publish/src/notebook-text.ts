import type { Notebook } from "./check/check-report.js";

/** Texts of a notebook that stand for it elsewhere. Markdown, except the title. */
export interface NotebookText {
  title?: string;
  /** What the notebook asks: its paragraph « La question », else a paragraph that ends with a question mark. */
  question?: string;
  /** The paragraphs « Ce qu'on voit », in order. */
  readings: string[];
  /** Titles of its numbered parts. */
  parts: string[];
  /** What stands under « Limites ». */
  limits?: string;
}

/** Markdown without its marks, on one line. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>/g, "")
    .replace(/[*`]|(?<!\w)_|_(?!\w)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Reads the texts of a notebook by the headings and the bold words that starters use. */
export function readTexts({ cells }: Notebook): NotebookText {
  const markdown = cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => source.replace(/^(```|~~~)[^]*?^\1/gm, ""));
  const all = markdown.join("\n\n");
  const title = /^#[ \t]+(.+)$/m.exec(all)?.[1];
  const paragraphs = all.split(/\n\s*\n/).map((text) => text.trim());
  const asked = paragraphs.map((text) => /^\*\*(?:La )?question\*\*\s*:\s*([^]+)$/i.exec(text)?.[1]);
  const question =
    asked.find((text) => text !== undefined) ??
    paragraphs.find((text) => /\?\W*$/.test(text) && !text.startsWith("#"));
  const readings = paragraphs.flatMap(
    (text) =>
      /^\*\*Ce qu.on voit\*\*\s*:\s*([^]+?)(?=\*\*Ce qu.il ne faut pas|$)/i.exec(text)?.[1]?.trim() ?? [],
  );
  const limits = /^#{2,}[ \t]+Limites[^\n]*\n+([^]+?)(?=\n#{1,6}[ \t]|$(?![^]))/im.exec(all)?.[1]?.trim();
  return {
    ...(title === undefined ? {} : { title: plainText(title) }),
    ...(question === undefined ? {} : { question: question.replace(/\s+/g, " ") }),
    readings,
    parts: [...all.matchAll(/^##[ \t]+\d+\.[ \t]+(.+)$/gm)].map(([, text]) => plainText(text ?? "")),
    ...(limits === undefined ? {} : { limits }),
  };
}
