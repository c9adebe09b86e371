import type { Diagnostic } from "tslab/dist/converter.js";
import { Activity, type ActivityBoard } from "../activity.js";
import { CellMap } from "./cell-map.js";
import { withoutExports, withoutNestedPrivacy } from "./modifiers.js";
import { completenessOf, type Completeness } from "./completeness.js";
import { keepReached } from "./declarations.js";
import { textOf, type Completions } from "./completions.js";
import { templateAt, type TemplateAt } from "./tagged-template.js";
import type { PackageFolders } from "./packages.js";
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

/** A cell ready to run. */
export interface CheckedCell {
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
  lastExpression: string | undefined;
  /** Way back from the JavaScript to the cell's own lines. */
  map: CellMap;
  /** CommonJS text of the TypeScript files beside the notebook that the cell imports and that changed, by path. */
  modules: Map<string, string>;
  /** Takes over the cell's declarations, all of them or those whose value `reached` confirms. */
  commit(reached?: (name: string) => boolean): void;
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

/** TypeScript for cells: each cell sees what the cells before it declared. */
export class Language {
  private loaded: LoadedConverter | undefined;
  private declarations = "";

  /** @param board where it says that it works, as it must not be stopped half-way */
  constructor(
    private readonly packages: PackageFolders,
    private readonly board: ActivityBoard,
  ) {}

  /** Loads the compiler ahead of the first cell. */
  load(): void {
    this.converter();
  }

  /** Checks a cell and turns it into JavaScript, or says what is wrong with it. */
  check(code: string): CheckedCell | CellDiagnostic[] {
    const { converter, ts, lastEmission, noticeChanges } = this.converter();
    return this.guard(() => {
      noticeChanges();
      const before = this.declarations;
      const source = withoutExports(ts, code);
      let result = converter.convert(before, source);
      if (result.diagnostics.some((diagnostic) => diagnostic.code === privateInExportedClass)) {
        result = converter.convert(before, withoutNestedPrivacy(ts, source));
      }
      if (result.diagnostics.length > 0) return diagnosticsWithin(code, result.diagnostics);
      const emission = lastEmission();
      if (result.output === undefined || emission === undefined)
        throw new Error("the compiler emitted nothing");
      const after = result.declOutput ?? "";
      return {
        javascript: result.output,
        imports: emission.imports,
        awaits: emission.awaits,
        declares: emission.declares,
        blank: emission.blank,
        uses: emission.uses,
        lastExpression: result.lastExpressionVar,
        map: new CellMap(emission.maps, code, emission.shift),
        modules: new Map(result.sideOutputs?.map(({ path, data }) => [path, data])),
        commit: (reached) => {
          this.declarations = reached ? keepReached(ts, before, after, reached) : after;
        },
      };
    });
  }

  /** What can be written at `offset`. */
  complete(code: string, offset: number): Completions {
    const { converter, completer } = this.converter();
    return this.guard(() =>
      completer.describe(converter.complete(this.declarations, code, offset), code, offset),
    );
  }

  /** What is known of the name at `offset`, or undefined. */
  inspect(code: string, offset: number): Description | undefined {
    const { converter } = this.converter();
    return this.guard(() => {
      const info = converter.inspect(this.declarations, code, offset) as
        ReturnType<typeof converter.inspect> | undefined;
      if (!info) return undefined;
      const tags = (info.tags ?? []).map(({ name, text }) => ({ name, text: textOf(text) }));
      return { signature: textOf(info.displayParts), documentation: textOf(info.documentation), tags };
    });
  }

  /** The tagged template that holds `offset` in its text, if any. */
  templateAt(code: string, offset: number): TemplateAt | undefined {
    return code.includes("`") ? templateAt(this.converter().ts, code, offset) : undefined;
  }

  /** Whether `code` is a whole cell. */
  completeness(code: string): Completeness {
    return completenessOf(this.converter().ts, code);
  }

  private converter(): LoadedConverter {
    this.loaded ??= this.board.during(Activity.Kernel, () => loadConverter(this.packages));
    return this.loaded;
  }

  /** A compiler that failed half-way may be in any state: the next cell gets a new one. */
  private guard<T>(work: () => T): T {
    try {
      return this.board.during(Activity.Kernel, work);
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
