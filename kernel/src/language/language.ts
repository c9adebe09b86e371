import type { Diagnostic } from "tslab/dist/converter.js";
import { withoutExports, withoutNestedPrivacy } from "./modifiers.js";
import { completenessOf, type Completeness } from "./completeness.js";
import { withoutLost } from "./declarations.js";
import { textOf, type Completions } from "./completions.js";
import { templateAt, type TemplateAt } from "./tagged-template.js";
import { importedModules, type Importables } from "./importables.js";
import type { PackageFolders } from "./packages.js";
import type { SourceFiles } from "./source-files.js";
import type { Toolchain } from "./toolchain.js";
import { loadConverter, type LoadedConverter } from "./tslab.js";

/** What the compiler says against a cell. Lines and columns count from 0. */
export interface CellDiagnostic {
  message: string;
  code: number;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** Set when the fault lies in another file that the cell imports. */
  file?: string;
}

/** A cell turned into JavaScript, as the compiler hands it over. */
export interface EmittedCell {
  javascript: string;
  /** Names of the modules it imports statically. */
  imports: string[];
  /** Whether `await` stands outside any function. */
  awaits: boolean;
  /** Variables of the notebook that it declares. */
  declares: string[];
  /** Those among them that start without a value. */
  blank: string[];
  /** Variables of the notebook that its JavaScript reaches, each by its box. */
  uses: string[];
  /** The exported name that holds the value of the last expression. */
  lastExpression?: string | undefined;
  /** Source maps from the JavaScript to the cell, to be followed one after the other. */
  maps: string[];
  /** By how many characters the first line of the text between the two maps was moved to the right. */
  shift: number;
  /** The TypeScript files beside the notebook that the cell imports and that changed. */
  modules: EmittedFile[];
  /** What the notebook declares once the cell has run to its end. */
  declarations: string;
}

/** A TypeScript file beside the notebook, turned into CommonJS. */
export interface EmittedFile {
  /** Its path, with `.js` for `.ts`. */
  path: string;
  javascript: string;
  /** Source maps from the JavaScript to the file, to be followed one after the other. */
  maps: string[];
}

/** What is known of the name at a place of a cell. */
export interface Description {
  signature: string;
  documentation: string;
  /** JSDoc's tags: `param`, `returns`, `example`… */
  tags: { name: string; text: string }[];
}

/** TypeScript's number for a private member of a class that declarations have to spell out. */
const privateInExportedClass = 4094;

/** TypeScript's number for a name that nothing declares. */
const unknownName = 2304;

/** TypeScript for cells. What earlier cells declared comes with each question, as the text of a declaration file. */
export class Language {
  private loaded: LoadedConverter | undefined;
  private last: { declarations: string; code: string; cell: EmittedCell } | undefined;

  /**
   * @param parsed files of packages that need not be parsed again
   * @param importables names whose import can be offered
   */
  constructor(
    private readonly packages: PackageFolders,
    private readonly toolchain: Toolchain,
    private readonly parsed: SourceFiles,
    private readonly importables: Importables,
  ) {}

  /** Prepares the compiler ahead of the first cell. */
  load(): void {
    this.check("", "");
  }

  /** Checks a cell and turns it into JavaScript, or says what is wrong with it. */
  check(declarations: string, code: string): EmittedCell | CellDiagnostic[] {
    const { converter, ts, lastEmission, mapsOfFile, pathOf, noticeChanges } = this.converter();
    return this.guard(() => {
      const changed = noticeChanges();
      const { last } = this;
      // Cells are often run again as they are.
      if (!changed && last?.code === code && last.declarations === declarations)
        return { ...last.cell, modules: [] };
      this.last = undefined;
      const source = withoutExports(ts, code);
      let result = converter.convert(declarations, source);
      if (result.diagnostics.some((diagnostic) => diagnostic.code === privateInExportedClass)) {
        result = converter.convert(declarations, withoutNestedPrivacy(ts, source));
      }
      if (result.diagnostics.length > 0)
        return diagnosticsWithin(code, result.diagnostics).map((found) => this.withImport(found, code));
      const emission = lastEmission();
      if (result.output === undefined || emission === undefined)
        throw new Error("the compiler emitted nothing");
      const { imports, awaits, declares, blank, uses, maps, shift } = emission;
      const cell: EmittedCell = {
        javascript: result.output,
        imports,
        awaits,
        declares,
        blank,
        uses,
        maps,
        shift,
        lastExpression: result.lastExpressionVar,
        modules: (result.sideOutputs ?? []).map(({ path, data }) => ({
          path: pathOf(path),
          javascript: data,
          maps: mapsOfFile(data),
        })),
        declarations: result.declOutput ?? "",
      };
      this.last = { declarations, code, cell };
      if (imports.length > 0) this.learnImports();
      return cell;
    });
  }

  /** What the notebook declares after a cell that stopped half-way: see {@link withoutLost}. */
  withoutLost(before: string, after: string, lost: string[]): string {
    return withoutLost(this.toolchain.ts, before, after, new Set(lost));
  }

  /** What can be written at `offset`. */
  complete(declarations: string, code: string, offset: number): Completions {
    const { converter, completer } = this.converter();
    return this.guard(() => {
      const found = completer.describe(converter.complete(declarations, code, offset), code, offset);
      this.learnBuiltins();
      const { start, imports } = this.importables.offer(code, offset);
      if (imports.length === 0 || (found.matches.length > 0 && found.start !== start)) return found;
      const known = new Set(found.matches.map(({ name }) => name));
      const offers = imports
        .filter((statement) => !known.has(/\{ (.*) \}/.exec(statement)?.[1] ?? ""))
        .map((name) => ({ name, kind: "module", signature: "", documentation: "" }));
      return { start, end: Math.max(found.end, offset), matches: [...found.matches, ...offers] };
    });
  }

  /** Learns what the modules export that the last cell imports. */
  private learnImports(): void {
    const { ts, program } = this.converter();
    const latest = program();
    const file = latest?.getSourceFiles().find(({ fileName }) => fileName.endsWith("/__tslab__.ts"));
    if (latest === undefined || file === undefined) return;
    for (const { module, names } of importedModules(ts, latest, file)) this.importables.learn(module, names);
  }

  private learnBuiltins(): void {
    const latest = this.converter().program();
    if (latest !== undefined) this.importables.learnBuiltins(latest);
  }

  /** A name that nothing declares may be one to import. */
  private withImport(diagnostic: CellDiagnostic, code: string): CellDiagnostic {
    if (diagnostic.code !== unknownName || diagnostic.file !== undefined) return diagnostic;
    this.learnBuiltins();
    const line = code.split("\n")[diagnostic.line] ?? "";
    const [statement] = this.importables.statements(line.slice(diagnostic.column, diagnostic.endColumn));
    if (statement === undefined) return diagnostic;
    return { ...diagnostic, message: `${diagnostic.message} Pour l'importer : ${statement}` };
  }

  /** What is known of the name at `offset`, or undefined. */
  inspect(declarations: string, code: string, offset: number): Description | undefined {
    const { converter } = this.converter();
    return this.guard(() => {
      const info = converter.inspect(declarations, code, offset) as
        ReturnType<typeof converter.inspect> | undefined;
      if (!info) return undefined;
      const tags = (info.tags ?? []).map(({ name, text }) => ({ name, text: textOf(text) }));
      return { signature: textOf(info.displayParts), documentation: textOf(info.documentation), tags };
    });
  }

  /** The tagged template that holds `offset` in its text, if any. */
  templateAt(code: string, offset: number): TemplateAt | undefined {
    return templateAt(this.toolchain.ts, code, offset);
  }

  /** Whether `code` is a whole cell. */
  completeness(code: string): Completeness {
    return completenessOf(this.toolchain.ts, code);
  }

  private converter(): LoadedConverter {
    this.loaded ??= loadConverter(this.packages, this.toolchain, this.parsed);
    return this.loaded;
  }

  /** A compiler that failed half-way may be in any state: the next cell gets a new one. */
  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.loaded = undefined;
      throw error;
    }
  }
}

/** What the compiler says of lines that it added itself is of no use to anyone. */
function diagnosticsWithin(code: string, diagnostics: Diagnostic[]): CellDiagnostic[] {
  const lines = code.split("\n").length;
  const own = diagnostics.filter(({ start, fileName }) => fileName !== undefined || start.line < lines);
  return (own.length > 0 ? own : diagnostics).map(diagnosticOf);
}

function diagnosticOf({ start, end, messageText, code, fileName }: Diagnostic): CellDiagnostic {
  return {
    message: messageText,
    code,
    line: start.line,
    column: start.character,
    endLine: end.line,
    endColumn: end.character,
    ...(fileName !== undefined && { file: fileName }),
  };
}
