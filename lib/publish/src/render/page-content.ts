import { SharedRows } from "./drawable-spec.js";
import { MarkdownTexts } from "./markdown.js";
import { nameOf } from "./markup.js";

/** The rows of one result, as a file. */
export interface ResultFile {
  /** Name of the file: `table-1-depenses-par-region.csv`. */
  name: string;
  /** The whole file: semicolons, decimal commas, a byte-order mark. */
  csv: string;
}

/** What the parts of one page are numbered by and share. */
export class PageContent {
  readonly texts: MarkdownTexts;
  readonly shared = new SharedRows();
  readonly files: ResultFile[] = [];
  charts = 0;
  /** How many of the charts are drawn in the page: the others are pictures. */
  drawn = 0;
  tables = 0;
  /** Cells of code so far. */
  codes = 0;

  constructor(title: string | undefined) {
    this.texts = new MarkdownTexts(title);
  }

  /** Keeps the rows of a result. */
  addFile(kind: "table" | "graphique", number: number, title: string, csv: string): ResultFile {
    const end = nameOf(title).slice(0, 60);
    const file = { name: `${kind}-${number}${end === "" ? "" : `-${end}`}.csv`, csv };
    this.files.push(file);
    return file;
  }
}
