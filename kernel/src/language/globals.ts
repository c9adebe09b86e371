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
