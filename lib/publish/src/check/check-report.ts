/** One thing that the check found in a notebook. */
export interface Finding {
  /** `erreur` refuses the publication, `avertissement` is to be read, `note` only tells. */
  severity: "erreur" | "avertissement" | "note";
  /** Short name of the rule, for a program: `titre`, `cle-secrete`… */
  rule: string;
  /** Number of the cell in the notebook, from 1; none where the whole notebook is meant. */
  cell?: number;
  /** What is wrong, in French. */
  text: string;
  /** What to do about it, in French. */
  remedy: string;
}

/** A published dataset whose rows a query of the notebook read. */
export interface ReadSource {
  /** Name of the view, such as `damir`. */
  table: string;
  title: string;
  producer: string;
  licence: string;
  synthetic: boolean;
  /** Page of the published data. */
  url?: string;
  /** Day of the last update of the published data, `AAAA-MM-JJ`. */
  updated?: string;
  /** Day on which the notebook read it, `AAAA-MM-JJ`. */
  readOn: string;
  /** The published files behind the rows, with their sha256; empty where the store doesn't know them. */
  files: { name: string; sha256: string }[];
}

/** A cell of a notebook, nbformat 4. Texts are whole strings here, lines joined. */
export interface NotebookCell {
  id?: string;
  cell_type: "markdown" | "code" | "raw";
  source: string;
  metadata: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: NotebookOutput[];
  attachments?: Record<string, Record<string, unknown>>;
}

/** An output of a code cell, nbformat 4. */
export interface NotebookOutput {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

/** A notebook, nbformat 4. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** What {@link checkNotebook} found, and the notebook as it ran. */
export interface CheckReport {
  findings: Finding[];
  /** False when a finding refuses the publication. */
  publishable: boolean;
  /** The notebook with the outputs of a fresh kernel (or the saved ones, where they were asked for). */
  executed: Notebook;
  /** Datasets that the queries read, code lists left out. */
  sources: ReadSource[];
  /** True when the rows of any source were generated. */
  synthetic: boolean;
}
