/** What the kernel adds to a cell's global scope, for the compiler. The values are set in `execution/`. */
export const globalDeclarations = `
interface DisplayOptions {
  /** The value is a MIME bundle already ({"text/html": "…"}) and is shown as it is. */
  raw?: boolean;
  /** Name under which the output can be replaced later. */
  displayId?: string;
  /** Replaces the output shown under the same displayId. */
  update?: boolean;
}
/** Shows a value under the cell, as if it were its last expression. */
declare function display(value: unknown, options?: DisplayOptions): Promise<void>;
declare namespace display {
  /** Where an output is shown. */
  interface Place {
    /** Name under which the output can be replaced later. */
    displayId?: string;
    /** Replaces the output shown under the same displayId. */
    update?: boolean;
  }
  /** Shows HTML. Escape what comes from data. */
  function html(markup: string, place?: Place): Promise<void>;
  /** Shows an SVG picture. */
  function svg(markup: string, place?: Place): Promise<void>;
  /** Shows the contents of a PNG file: its bytes, or their base64 text. */
  function png(image: Uint8Array | ArrayBuffer | string, place?: Place): Promise<void>;
  /** Shows the contents of a JPEG file: its bytes, or their base64 text. */
  function jpeg(image: Uint8Array | ArrayBuffer | string, place?: Place): Promise<void>;
  /** Shows the contents of a GIF file: its bytes, or their base64 text. */
  function gif(image: Uint8Array | ArrayBuffer | string, place?: Place): Promise<void>;
  /** Shows Markdown, formulas included. */
  function markdown(text: string, place?: Place): Promise<void>;
  /** Shows a formula, written with its dollars: "$x^2$". */
  function latex(text: string, place?: Place): Promise<void>;
  /** Shows a value as a tree that can be unfolded. */
  function json(value: unknown, place?: Place): Promise<void>;
  /** Shows a Vega-Lite chart, or a Vega one if its $schema says so. */
  function vegaLite(specification: object, place?: Place): Promise<void>;
  /** Removes the cell's outputs; with wait, only once the next one comes, which avoids flickering. */
  function clear(options?: { wait?: boolean }): void;
  /** Shows a value beside the notebook, in the frontend's pager. */
  function page(value: unknown): Promise<void>;
}
/** A bar that shows how far a piece of work has come. */
interface Progress {
  /** Steps done so far. */
  readonly done: number;
  readonly total: number;
  /** Moves on by some steps, one by default; may say what is being done. */
  advance(steps?: number, label?: string): void;
  /** Says how many steps are done, and what is being done. */
  set(done: number, label?: string): void;
}
/** Shows a bar for a number of steps: one output however often it moves. */
declare function progress(total: number, label?: string): Progress;
/** Shows a bar that moves on while a loop goes through the items: for (const item of progress(items)) … */
declare function progress<T>(items: Iterable<T> & ({ readonly length: number } | { readonly size: number }), label?: string): Iterable<T>;
/** Asks for a text and waits for it. An empty answer gives the initial value. */
declare function prompt(message?: string, initial?: string): string;
declare namespace prompt {
  /** Asks for a text that isn't shown while it is typed. */
  function password(message?: string): string;
}
/** Asks a question to be answered by o (oui) or n (non), and waits for the answer. */
declare function confirm(message?: string): boolean;
interface ImportMeta { url: string; dirname: string; filename: string; }
interface Array<T> {
  toSorted(compareFn?: (a: T, b: T) => number): T[];
  toReversed(): T[];
  toSpliced(start: number, deleteCount?: number, ...items: T[]): T[];
  with(index: number, value: T): T[];
}
interface ReadonlyArray<T> {
  toSorted(compareFn?: (a: T, b: T) => number): T[];
  toReversed(): T[];
  with(index: number, value: T): T[];
}
interface ObjectConstructor {
  groupBy<K extends PropertyKey, T>(items: Iterable<T>, keySelector: (item: T, index: number) => K): Partial<Record<K, T[]>>;
}
interface MapConstructor {
  groupBy<K, T>(items: Iterable<T>, keySelector: (item: T, index: number) => K): Map<K, T[]>;
}
`;
