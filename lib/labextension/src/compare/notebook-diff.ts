import { diffArrays, diffLines, diffWordsWithSpace } from "diff";

/** A cell, as far as a comparison is concerned: its outputs are left out. */
export interface ComparedCell {
  /** Its identifier, which a copy keeps; notebooks of before nbformat 4.5 have none. */
  readonly id?: string;
  /** `code`, `markdown` or `raw`. */
  readonly type: string;
  readonly source: string;
}

/** A cell of a notebook, with its place: 1 is the first one. */
export interface PlacedCell extends ComparedCell {
  readonly place: number;
}

/** What became of a cell. */
export type CellChange =
  | { readonly kind: "same"; readonly before: PlacedCell; readonly after: PlacedCell }
  | { readonly kind: "moved"; readonly before: PlacedCell; readonly after: PlacedCell }
  | { readonly kind: "added"; readonly after: PlacedCell }
  | { readonly kind: "removed"; readonly before: PlacedCell }
  | {
      readonly kind: "changed";
      readonly before: PlacedCell;
      readonly after: PlacedCell;
      readonly lines: readonly LineChange[];
    };

/** What became of a line of a cell. */
export interface LineChange {
  readonly kind: "same" | "added" | "removed";
  /** Its text in pieces; a marked one is what differs from the line's other version. */
  readonly parts: readonly { readonly text: string; readonly marked: boolean }[];
}

/** Share of the lines that two cells must have in common to be two versions of one. */
const alike = 0.5;

/**
 * Compares the cells of two notebooks, in the order of the second one; what was removed stands where it was. Cells are matched by their
 * identifiers, else by their text, else, between matched ones, by the lines that they share.
 */
export function compareCells(before: readonly ComparedCell[], after: readonly ComparedCell[]): CellChange[] {
  const placed = (cells: readonly ComparedCell[]) =>
    cells.map((cell, index) => ({ ...cell, place: index + 1 }));
  const [olds, news] = [placed(before), placed(after)];
  const changes: CellChange[] = [];
  let removed: PlacedCell[] = [];
  let added: PlacedCell[] = [];
  const closeGap = () => {
    changes.push(...pairedInGap(removed, added));
    [removed, added] = [[], []];
  };
  for (const run of diffArrays(olds, news, { comparator: isSameCell })) {
    const count = run.value.length;
    if (run.removed) removed.push(...olds.splice(0, count));
    else if (run.added) added.push(...news.splice(0, count));
    else {
      closeGap();
      const [left, right] = [olds.splice(0, count), news.splice(0, count)];
      for (const [index, cell] of left.entries()) {
        const other = right[index];
        if (other) changes.push(versionsOf(cell, other));
      }
    }
  }
  closeGap();
  return withMoves(changes);
}

function isSameCell(one: ComparedCell, other: ComparedCell): boolean {
  if (one.type !== other.type) return false;
  return one.source === other.source || (one.id !== undefined && one.id === other.id);
}

function versionsOf(before: PlacedCell, after: PlacedCell): CellChange {
  // An empty last line is nothing that one sees.
  if (before.type === after.type && ended(before.source) === ended(after.source))
    return { kind: "same", before, after };
  return { kind: "changed", before, after, lines: compareLines(before.source, after.source) };
}

/** Cells between two matched ones: those that share enough are versions of each other, the order being kept. */
function pairedInGap(removed: readonly PlacedCell[], added: readonly PlacedCell[]): CellChange[] {
  const changes: CellChange[] = [];
  let next = 0;
  for (const before of removed) {
    const found = added.findIndex((after, index) => index >= next && areAlike(before, after));
    if (found < 0) {
      changes.push({ kind: "removed", before });
      continue;
    }
    for (const after of added.slice(next, found)) changes.push({ kind: "added", after });
    const after = added[found];
    if (after) changes.push(versionsOf(before, after));
    next = found + 1;
  }
  for (const after of added.slice(next)) changes.push({ kind: "added", after });
  return changes;
}

function areAlike(one: ComparedCell, other: ComparedCell): boolean {
  if (one.type !== other.type) return false;
  if (one.id !== undefined && one.id === other.id) return true;
  const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
  const [mine, theirs] = [lines(one.source), lines(other.source)];
  if (mine.length === 0 || theirs.length === 0) return false;
  const known = new Set(theirs);
  return mine.filter((line) => known.has(line)).length / Math.max(mine.length, theirs.length) >= alike;
}

/** A cell that was taken away here and put there is one that moved. */
function withMoves(changes: readonly CellChange[]): CellChange[] {
  const left = new Map<string, PlacedCell>();
  const key = ({ id, type, source }: ComparedCell) => JSON.stringify([id ?? "", type, source]);
  for (const change of changes) {
    if (change.kind === "removed" && change.before.source.trim() !== "")
      left.set(key(change.before), change.before);
  }
  const moved = new Set<PlacedCell>();
  const result = changes.map((change): CellChange => {
    const before = change.kind === "added" ? left.get(key(change.after)) : undefined;
    if (change.kind !== "added" || !before || moved.has(before)) return change;
    moved.add(before);
    return { kind: "moved", before, after: change.after };
  });
  return result.filter((change) => change.kind !== "removed" || !moved.has(change.before));
}

/** Compares two texts line by line; of lines that stand in for each other, the words that differ are marked. */
export function compareLines(before: string, after: string): LineChange[] {
  const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");
  const whole = (kind: LineChange["kind"], text: string): LineChange => ({
    kind,
    parts: [{ text, marked: false }],
  });
  const runs = diffLines(ended(before), ended(after));
  return runs.flatMap((run, index): LineChange[] => {
    const lines = linesOf(run.value);
    if (!run.added && !run.removed) return lines.map((line) => whole("same", line));
    const kind = run.removed ? "removed" : "added";
    const other = runs[index + (run.removed ? 1 : -1)];
    const others = other && (run.removed ? other.added : other.removed) ? linesOf(other.value) : [];
    // Only lines that answer each other one by one can be read side by side.
    if (others.length !== lines.length) return lines.map((line) => whole(kind, line));
    return lines.map((line, place) => ({ kind, parts: markedParts(line, others[place] ?? "", kind) }));
  });
}

/** The last line ends too: else it would differ from itself when lines are added after it. */
function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function markedParts(line: string, other: string, kind: "added" | "removed"): LineChange["parts"] {
  const pieces = kind === "removed" ? diffWordsWithSpace(line, other) : diffWordsWithSpace(other, line);
  return pieces
    .filter((piece) => (kind === "removed" ? !piece.added : !piece.removed))
    .map(({ value, added, removed }) => ({ text: value, marked: added || removed }));
}
