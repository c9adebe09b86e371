import type typescript from "@tslab/typescript-for-tslab";
import { lifetime } from "./lasting-checker.js";

/** A file of JavaScript with what the compiler's public types leave out. */
interface ParsedFile extends typescript.SourceFile {
  path: string;
  resolvedPath: string;
  originalFileName: string;
  externalModuleIndicator?: unknown;
  imports: readonly unknown[];
  moduleAugmentations: readonly unknown[];
  ambientModuleNames: readonly unknown[];
}

type WriteFile = (name: string, text: string) => void;

/** Steps that the compiler keeps to itself. */
interface Steps {
  bindSourceFile(file: typescript.SourceFile, options: typescript.CompilerOptions): void;
  getSetExternalModuleIndicator(options: typescript.CompilerOptions): (file: typescript.SourceFile) => void;
  getTransformers(
    options: typescript.CompilerOptions,
    transformers: typescript.CustomTransformers | undefined,
  ): object;
  emitFiles(resolver: object, host: object, file: typescript.SourceFile, transformers: object): void;
}

interface Checker {
  getEmitResolver(file: typescript.SourceFile): object;
}

/** What a whole run of the compiler works with, and the next ones can work with too. */
interface Equipment {
  options: typescript.CompilerOptions;
  host: object;
  checker: Checker;
  uses: number;
  characters: number;
}

/**
 * Turns ES modules of JavaScript into CommonJS, as `ts.transpileModule` does. That makes a program and a checker for each text,
 * which takes longer than the work itself; texts without imports share theirs here.
 */
export class CommonJs {
  private equipment: Equipment | undefined;
  private readonly steps: Steps;

  constructor(private readonly ts: typeof typescript) {
    this.steps = ts as unknown as Steps;
  }

  /**
   * @param options the same each time, but for the transformers
   * @param imports whether the text imports something
   */
  transpile(
    text: string,
    options: typescript.TranspileOptions,
    imports: boolean,
  ): typescript.TranspileOutput {
    const { equipment } = this;
    const known =
      !imports &&
      equipment !== undefined &&
      equipment.uses < lifetime.cells &&
      equipment.characters + text.length <= lifetime.characters;
    return (known ? this.again(text, options, equipment) : undefined) ?? this.whole(text, options);
  }

  private whole(text: string, options: typescript.TranspileOptions): typescript.TranspileOutput {
    const { ts } = this;
    const take: typescript.TransformerFactory<typescript.SourceFile> = (context) => {
      const chosen = context.getCompilerOptions();
      const host = (context as unknown as { getEmitHost(): object }).getEmitHost();
      this.equipment = {
        options: chosen,
        host,
        checker: ts.createProgram([], chosen, emptyDisk).getTypeChecker() as unknown as Checker,
        uses: 0,
        characters: 0,
      };
      return (file) => file;
    };
    const { before = [], ...others } = options.transformers ?? {};
    return ts.transpileModule(text, { ...options, transformers: { ...others, before: [take, ...before] } });
  }

  /** Undefined for a text that isn't a module. */
  private again(
    text: string,
    { fileName = "", transformers }: typescript.TranspileOptions,
    equipment: Equipment,
  ): typescript.TranspileOutput | undefined {
    const { ts, steps } = this;
    const { options, host, checker } = equipment;
    const file = ts.createSourceFile(fileName, text, {
      languageVersion: options.target ?? ts.ScriptTarget.ES5,
      setExternalModuleIndicator: steps.getSetExternalModuleIndicator(options),
    }) as ParsedFile;
    if (file.externalModuleIndicator === undefined) return undefined;
    Object.assign(file, {
      path: fileName,
      resolvedPath: fileName,
      originalFileName: fileName,
      imports: [],
      moduleAugmentations: [],
      ambientModuleNames: [],
    });
    steps.bindSourceFile(file, options);
    equipment.uses += 1;
    equipment.characters += text.length;
    const written: { outputText: string; sourceMapText?: string } = { outputText: "" };
    const writeFile: WriteFile = (name, content) => {
      written[name.endsWith(".map") ? "sourceMapText" : "outputText"] = content;
    };
    const resolver = checker.getEmitResolver(file);
    steps.emitFiles(resolver, { ...host, writeFile }, file, steps.getTransformers(options, transformers));
    return { ...written, diagnostics: [] };
  }
}

/** Where a program without files finds nothing. */
const emptyDisk: typescript.CompilerHost = {
  getSourceFile: () => undefined,
  writeFile: () => undefined,
  getDefaultLibFileName: () => "lib.d.ts",
  useCaseSensitiveFileNames: () => false,
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => "",
  getNewLine: () => "\n",
  fileExists: () => false,
  readFile: () => "",
  directoryExists: () => true,
  getDirectories: () => [],
};
