/** What can be written at a place of a cell, with types and documentation. */
import type typescript from "@tslab/typescript-for-tslab";

/** One thing that can be written. */
export interface Match {
  name: string;
  /** In IPython's words, for which JupyterLab has icons: function, class, instance, module, keyword, property, path. */
  kind: string;
  /** Type, in one line; empty where it isn't known. */
  signature: string;
  /** Markdown; empty where there is none. */
  documentation: string;
}

/** What can be written at a place of a cell. Offsets are UTF-16 units. */
export interface Completions {
  start: number;
  end: number;
  matches: Match[];
}

/** What the compiler's completion takes after the file: position, preferences, trigger and its kind, cancellation. */
type CompletionDetails = [number, typescript.UserPreferences, undefined, number, unknown];

interface CompletionNamespace {
  getCompletionsAtPosition(
    host: unknown,
    program: typescript.Program,
    log: () => void,
    file: typescript.SourceFile,
    ...rest: [...CompletionDetails, formatContext: undefined, includeSymbol: boolean]
  ): typescript.CompletionInfo | undefined;
}

interface DisplayNamespace {
  getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker: typescript.TypeChecker,
    symbol: typescript.Symbol,
    file: typescript.SourceFile,
    enclosing: typescript.Node,
    location: typescript.Node,
    meaning: number,
  ): { displayParts: typescript.SymbolDisplayPart[]; documentation: typescript.SymbolDisplayPart[] };
}

/** How many matches get their type and documentation: more take time, and nobody looks further. */
const described = 60;
/** Every meaning a name can have: value, type, namespace. */
const anyMeaning = 7;

const kinds: Record<string, string> = {
  method: "function",
  function: "function",
  "local function": "function",
  construct: "function",
  class: "class",
  "local class": "class",
  enum: "class",
  interface: "class",
  type: "class",
  "primitive type": "class",
  "type parameter": "class",
  const: "instance",
  let: "instance",
  var: "instance",
  "local var": "instance",
  parameter: "instance",
  alias: "instance",
  property: "property",
  getter: "property",
  setter: "property",
  accessor: "property",
  "enum member": "property",
  module: "module",
  "external module name": "module",
  keyword: "keyword",
  string: "instance",
  script: "path",
  directory: "path",
};

/** Words that stand between quotes: they replace what is written since the quote or the last `/`. */
const quotedKinds = new Set(["external module name", "script", "directory", "string"]);

/** Asks the compiler for completions, and describes what it found. */
export class Completer {
  private last: { program: typescript.Program; file: typescript.SourceFile } | undefined;
  /** The compiler's completions as tslab should call them: it sees files and folders, and says what each name stands for. */
  readonly namespace: object;

  /** @param system where files and folders are seen */
  constructor(
    private readonly ts: typeof typescript,
    system: () => typescript.System | undefined,
  ) {
    const original = (ts as unknown as { Completions: CompletionNamespace }).Completions;
    this.namespace = {
      ...original,
      getCompletionsAtPositionForTslab: (
        _host: unknown,
        program: typescript.Program,
        log: () => void,
        file: typescript.SourceFile,
        ...details: CompletionDetails
      ) => {
        this.last = { program, file };
        const host = Object.assign(Object.create(system() ?? null) as object, {
          getCompilationSettings: () => program.getCompilerOptions(),
          useCaseSensitiveFileNames: () => true,
        });
        return original.getCompletionsAtPosition(host, program, log, file, ...details, undefined, true);
      },
    };
  }

  /** Describes tslab's completions at `offset` of `code`. */
  describe(
    found: { start: number; end: number; candidates: string[]; original?: typescript.CompletionInfo },
    code: string,
    offset: number,
  ): Completions {
    const entries = new Map(found.original?.entries.map((entry) => [entry.name, entry]));
    const quoted =
      entries.size > 0 && [...entries.values()].every(({ kind }) => quotedKinds.has(kind as string));
    const range = quoted ? quotedRange(code, offset) : found;
    const written = code.slice(range.start, offset);
    const names = quoted ? found.candidates.filter((name) => name.startsWith(written)) : found.candidates;
    return {
      start: range.start,
      end: range.end,
      matches: names.map((name, index) => {
        const entry = entries.get(name);
        return {
          name,
          kind: kinds[entry?.kind ?? ""] ?? entry?.kind ?? "",
          ...(index < described ? this.meaning(entry) : { signature: "", documentation: "" }),
        };
      }),
    };
  }

  private meaning(entry: typescript.CompletionEntry | undefined): Pick<Match, "signature" | "documentation"> {
    const { symbol } = (entry ?? {}) as { symbol?: typescript.Symbol };
    if (this.last === undefined || symbol === undefined) return { signature: "", documentation: "" };
    const { program, file } = this.last;
    const display = (this.ts as unknown as { SymbolDisplay: DisplayNamespace }).SymbolDisplay;
    const { displayParts, documentation } = display.getSymbolDisplayPartsDocumentationAndSymbolKind(
      program.getTypeChecker(),
      symbol,
      file,
      file,
      file,
      anyMeaning,
    );
    return { signature: textOf(displayParts).replaceAll(/\s+/g, " "), documentation: textOf(documentation) };
  }
}

/** The part of a quoted path or name that a completion replaces. */
function quotedRange(code: string, offset: number): { start: number; end: number } {
  const before = /[^"'`/\n]*$/.exec(code.slice(0, offset))?.[0].length ?? 0;
  const after = /^[^"'`/\n]*/.exec(code.slice(offset))?.[0].length ?? 0;
  return { start: offset - before, end: offset + after };
}

/** The text of what the compiler has to show. */
export function textOf(parts: readonly { text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}
