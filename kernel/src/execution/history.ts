/** One executed cell: session, line number, source; with its output when asked. */
export type HistoryEntry = [session: number, line: number, source: string | [string, string | null]];

/** The cells executed since the kernel's start. */
export class History {
  private readonly entries: { line: number; source: string; output: string | null }[] = [];

  add(line: number, source: string): void {
    this.entries.push({ line, source, output: null });
  }

  /** Remembers the text a cell's result showed as. */
  setOutput(line: number, output: string): void {
    const entry = this.entries.findLast((candidate) => candidate.line === line);
    if (entry) entry.output = output;
  }

  /** Answers a `history_request`'s content. */
  answer(request: Record<string, unknown>): HistoryEntry[] {
    const { hist_access_type: access, output, unique } = request;
    let found = this.entries;
    if (access === "range") {
      // Earlier sessions aren't kept; this one is number 0.
      if (numberOr(request["session"], 0) !== 0) return [];
      const start = numberOr(request["start"], 0);
      const stop = numberOr(request["stop"], Infinity);
      found = found.filter(({ line }) => line >= start && line < stop);
    } else {
      if (access === "search") {
        const pattern = globPattern(typeof request["pattern"] === "string" ? request["pattern"] : "*");
        found = found.filter(({ source }) => pattern.test(source));
        if (unique === true)
          found = found.filter(
            (entry, index) => found.findLastIndex((e) => e.source === entry.source) === index,
          );
      }
      const count = numberOr(request["n"], Infinity);
      if (count < found.length) found = found.slice(found.length - count);
    }
    return found.map((entry) => [
      0,
      entry.line,
      output === true ? [entry.source, entry.output] : entry.source,
    ]);
  }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}

/** The pattern a shell-like glob (`*`, `?`, `[a-z]`, `[^a-z]`) stands for. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(
    /\*+|\?|\[(\^?)(\]?[^\]]*)\]|[\s\S]/gu,
    (part, not?: string, members?: string) => {
      if (part.startsWith("*")) return "[^]*";
      if (part === "?") return "[^]";
      if (members !== undefined) return `[${not ?? ""}${members.replace(/[\\\][&]/g, "\\$&")}]`;
      return part.replace(/[.+^${}()|[\]\\/?*-]/g, "\\$&");
    },
  );
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A class such as [z-a] matches nothing.
    return /(?!)/;
  }
}
