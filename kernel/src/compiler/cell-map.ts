import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** Finds the place in a cell that a place in its JavaScript comes from. */
export class CellMap {
  private traces: TraceMap[] | undefined;

  /**
   * @param maps source maps, from the JavaScript backwards
   * @param code the cell's own text
   * @param linesBefore lines the converter put before the text
   * @param shift by how many characters the first line was moved to the right between the first map and the second
   */
  constructor(
    private readonly maps: string[],
    readonly code: string,
    private readonly shift = 0,
    private readonly linesBefore = 0,
  ) {}

  /** The cell's line and column, both from 1, for a line and column of the JavaScript, both from 1. */
  original(line: number, column: number): { line: number; column: number } | undefined {
    this.traces ??= this.maps.filter((map) => map !== "").map((map) => new TraceMap(map));
    let place = { line, column: column - 1 };
    for (const [index, trace] of this.traces.entries()) {
      if (index > 0 && place.line === 1) place = { line: 1, column: Math.max(0, place.column - this.shift) };
      const found = originalPositionFor(trace, place);
      if (found.line === null) return undefined;
      place = { line: found.line, column: found.column };
    }
    const mapped = { line: place.line - this.linesBefore, column: place.column + 1 };
    return mapped.line >= 1 && mapped.line <= this.code.split("\n").length ? mapped : undefined;
  }
}
