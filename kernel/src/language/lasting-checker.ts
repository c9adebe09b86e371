import type typescript from "@tslab/typescript-for-tslab";
import { declaresEarlierCells } from "./earlier-declarations.js";

/** Cells that one checker serves, and the length of their texts together: it keeps what it has found out about each. */
export const lifetime = { cells: 12, characters: 50_000 };

/** What the compiler knows of a file, which its public types leave out. */
interface CheckedFile extends typescript.SourceFile {
  symbol?: { globalExports?: unknown };
  parseDiagnostics: readonly unknown[];
  bindDiagnostics: readonly unknown[];
  commentDirectives?: readonly unknown[];
  checkJsDirective?: unknown;
  imports: readonly unknown[];
  moduleAugmentations: readonly unknown[];
  ambientModuleNames: readonly unknown[];
  patternAmbientModules?: readonly unknown[];
}

/** The compiler's checker with what its public types leave out. */
interface Checker extends typescript.TypeChecker {
  getDiagnostics(file: typescript.SourceFile): readonly typescript.Diagnostic[];
  getGlobalDiagnostics(): readonly typescript.Diagnostic[];
  getEmitResolver(file: typescript.SourceFile): object;
}

/** Steps of a program that the compiler keeps to itself. */
interface Steps {
  createTypeChecker(program: object): Checker;
  bindSourceFile(file: typescript.SourceFile, options: typescript.CompilerOptions): void;
  getDeclarationDiagnostics(
    host: object,
    resolver: object,
    file: typescript.SourceFile,
  ): readonly typescript.Diagnostic[] | undefined;
  getTransformers(
    options: typescript.CompilerOptions,
    transformers: typescript.CustomTransformers | undefined,
    emitOnly: unknown,
  ): object;
  emitFiles(
    resolver: object,
    host: object,
    file: typescript.SourceFile,
    transformers: object,
    emitOnly: unknown,
  ): typescript.EmitResult;
}

/** A checker, and what it was made for. */
interface Kept {
  checker: Checker;
  /** Everything but the notebook's own files: what the checker knows of it holds as long as these are the same. */
  others: readonly typescript.SourceFile[];
  options: typescript.CompilerOptions;
  cell: typescript.SourceFile;
  cells: number;
  characters: number;
}

/**
 * Lets one checker serve several cells. The compiler makes one for each program: merging what the standard library and the
 * packages declare, and collecting the garbage of it, takes more time than checking a small cell.
 *
 * A cell and the declarations before it are modules, which add nothing to what a checker shares between files. Cells that
 * are more than that (imports, augmentations, instructions in comments) have a checker of their own, and so has every cell that
 * a shared checker finds fault with: no cell is refused but by a fresh one.
 */
export class LastingChecker {
  private kept: Kept | undefined;
  private current: typescript.Program | undefined;
  private readonly steps: Steps;
  /** The program of the cell being checked, for a checker that outlives it. */
  private readonly host: object;

  constructor(ts: typeof typescript) {
    this.steps = ts as unknown as Steps;
    this.host = new Proxy({}, { get: (_, name) => Reflect.get(this.current ?? {}, name) as unknown });
  }

  /** Makes a program check and emit its cell with the lasting checker, where that can be. */
  lend(program: typescript.Program): void {
    const { steps } = this;
    const own = { ...program };
    /** Undefined until it's decided; null for the program's own. */
    let lent: { checker: Checker; cell: CheckedFile } | null | undefined;
    const serving = () => {
      if (lent === undefined) lent = this.take(program) ?? null;
      return lent ?? undefined;
    };
    const servingTo = (file: typescript.SourceFile | undefined) => {
      const found = serving();
      return found?.cell === file ? found : undefined;
    };
    const emitHost = (write: unknown) => ({
      ...own,
      ...answersForEmission,
      fileExists: (file: string) =>
        own.getSourceFile(file) !== undefined ||
        (own as unknown as typescript.ModuleResolutionHost).fileExists(file),
      writeFile: write,
    });
    const giveBack = (): void => {
      lent = null;
      this.kept = undefined;
    };
    program.getTypeChecker = () => {
      // Asked before there was a check, it's about a text that is still being written: its faults must not stay.
      if (lent === undefined) giveBack();
      return lent?.checker ?? own.getTypeChecker();
    };
    program.getGlobalDiagnostics = (...args) => {
      if (serving()?.checker.getGlobalDiagnostics().length === 0) return [];
      giveBack();
      return own.getGlobalDiagnostics(...args);
    };
    program.getSemanticDiagnostics = (file, ...rest) => {
      const found = servingTo(file);
      if (found?.checker.getDiagnostics(found.cell).length === 0) return [];
      giveBack();
      return own.getSemanticDiagnostics(file, ...rest);
    };
    program.getDeclarationDiagnostics = (file, ...rest) => {
      const found = servingTo(file);
      if (found !== undefined) {
        const resolver = found.checker.getEmitResolver(found.cell);
        const faults = steps.getDeclarationDiagnostics(emitHost(nothing), resolver, found.cell) ?? [];
        if (faults.length === 0) return [];
      }
      giveBack();
      return own.getDeclarationDiagnostics(file, ...rest);
    };
    program.emit = (file, write, cancel, emitOnly, transformers) => {
      if (!lent || lent.cell !== file) return own.emit(file, write, cancel, emitOnly, transformers);
      const { checker, cell } = lent;
      const all = steps.getTransformers(program.getCompilerOptions(), transformers, emitOnly);
      const result = steps.emitFiles(checker.getEmitResolver(cell), emitHost(write), cell, all, emitOnly);
      // What it noticed only now would be held against the next cell.
      if (checker.getDiagnostics(cell).length > 0) this.kept = undefined;
      return result;
    };
  }

  /** The checker for a program's cell, or undefined when the cell needs one of its own. */
  private take(program: typescript.Program): { checker: Checker; cell: CheckedFile } | undefined {
    const files = program.getSourceFiles() as readonly CheckedFile[];
    const [cell, ...more] = files.filter(({ isDeclarationFile }) => !isDeclarationFile);
    const options = program.getCompilerOptions();
    const earlier = files.filter(({ fileName }) => declaresEarlierCells(fileName));
    // The checker would do so for the files it begins with.
    for (const file of [...earlier, ...(cell ? [cell] : [])]) this.steps.bindSourceFile(file, options);
    if (cell === undefined || more.length > 0 || !isPlain(cell) || !earlier.every(isModuleOnly)) {
      // The cell's own checker takes as much memory.
      this.kept = undefined;
      return undefined;
    }
    const others = files.filter((file) => file !== cell && !earlier.includes(file));
    this.current = program;
    if (!this.fits(cell, others, options)) {
      const checker = this.steps.createTypeChecker(this.host);
      this.kept = { checker, others, options, cell, cells: 0, characters: 0 };
    }
    const { kept } = this;
    if (kept === undefined) return undefined;
    kept.cell = cell;
    kept.cells += 1;
    kept.characters += cell.text.length;
    return { checker: kept.checker, cell };
  }

  private fits(
    cell: CheckedFile,
    others: readonly typescript.SourceFile[],
    options: typescript.CompilerOptions,
  ): boolean {
    const { kept } = this;
    return (
      kept !== undefined &&
      kept.options === options &&
      // What a checker has once found out of a file, it doesn't look at again.
      kept.cell !== cell &&
      kept.cells < lifetime.cells &&
      kept.characters + cell.text.length <= lifetime.characters &&
      kept.others.length === others.length &&
      kept.others.every((file, index) => file === others[index])
    );
  }
}

/** What writing a file needs to know besides what its program says. */
const answersForEmission = {
  getPrependNodes: () => [],
  isEmitBlocked: () => false,
  getBuildInfo: () => undefined,
};

function nothing(): void {
  // The declarations are only tried out.
}

/** Whether a cell can be checked by what its own text and the files around it say. */
function isPlain(cell: CheckedFile): boolean {
  return (
    isModuleOnly(cell) &&
    cell.imports.length === 0 &&
    cell.parseDiagnostics.length === 0 &&
    cell.bindDiagnostics.length === 0 &&
    (cell.commentDirectives ?? []).length === 0 &&
    cell.checkJsDirective === undefined
  );
}

/** Whether a file adds nothing to the global scope or to other modules. */
function isModuleOnly(file: CheckedFile): boolean {
  return (
    file.moduleAugmentations.length === 0 &&
    file.ambientModuleNames.length === 0 &&
    (file.patternAmbientModules ?? []).length === 0 &&
    file.symbol !== undefined &&
    file.symbol.globalExports === undefined &&
    file.referencedFiles.length === 0 &&
    file.typeReferenceDirectives.length === 0 &&
    file.libReferenceDirectives.length === 0
  );
}
