/**
 * Loads tslab's converter over a TypeScript that we have corrected where tslab's own settings fall short: top-level await
 * in all its forms, packages typed through `exports`, packages of the fallback folders, source maps, real `import()`.
 */
import { isBuiltin } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import type typescript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter.js";
import type { PackageFolders } from "./packages.js";
import type { SourceFiles } from "./source-files.js";
import type { Toolchain } from "./toolchain.js";
import {
  lookingOnce,
  modificationTime,
  watchingLightly,
  withFallbackFolders,
  withGlobals,
  withShortManifests,
  type WatchedFile,
} from "./system.js";
import { spellOutShorthand } from "./shorthand.js";
import { EarlierDeclarations } from "./earlier-declarations.js";
import { LastingChecker } from "./lasting-checker.js";
import { createCellProgram } from "./cell-program.js";
import { Completer } from "./completions.js";
import { CellEmitter, type CellEmission } from "./emitter.js";

/**
 * What the compiler would have against files beside the notebook: imports that end in ".ts", which our own loader finds, and
 * files above the notebook's folder.
 */
const allowed = new Set([5097, 6059]);
/** Where tslab takes the JavaScript of files from above the notebook's folder. */
const outside = "__outside__";

type WatchHost = typescript.WatchCompilerHostOfFilesAndCompilerOptions<typescript.BuilderProgram>;

/** tslab's converter, and what our emitter knows of its last conversion. */
export interface LoadedConverter {
  converter: Converter;
  ts: typeof typescript;
  /** What the compiler has read for the last question. */
  program: () => typescript.Program | undefined;
  /** The last text turned into runnable JavaScript. */
  lastEmission: () => CellEmission | undefined;
  /** Source maps of a file beside the notebook, from its JavaScript backwards. */
  mapsOfFile: (javascript: string) => string[];
  /** Where a file really lies that tslab says it emitted. */
  pathOf: (emitted: string) => string;
  completer: Completer;
  /** Tells the compiler about files beside the notebook that changed since they were read; whether there are any. */
  noticeChanges: () => boolean;
}

/** Prepares the compiler for the notebook's folder. Takes several hundred milliseconds where `parsed` holds nothing yet. */
export function loadConverter(
  packages: PackageFolders,
  toolchain: Toolchain,
  parsed: SourceFiles,
): LoadedConverter {
  const { ts } = toolchain;
  ts.sys.useCaseSensitiveFileNames = true;
  // It remembers the folder it was first asked in, which may be that of a snapshot.
  ts.sys.getCurrentDirectory = () => packages.directory.replaceAll("\\", "/");
  ts.validateLocaleAndSetLanguage("fr", ts.sys);
  const emitter = new CellEmitter(ts);
  let latest: typescript.Program | undefined;
  let seenSystem: typescript.System | undefined;
  const earlier = new EarlierDeclarations(ts);
  const lasting = new LastingChecker(ts);
  const completer = new Completer(ts, () => seenSystem);
  const globals = join(packages.directory, "__globals__.d.ts").replaceAll("\\", "/");
  const watched = new Map<string, WatchedFile>();
  const seen = new Map<string, boolean>();
  const { getPreEmitDiagnosticsOfFiles: preEmitDiagnostics } = ts as unknown as {
    getPreEmitDiagnosticsOfFiles: (...all: unknown[]) => typescript.Diagnostic[];
  };
  const corrected = {
    ...ts,
    Completions: completer.namespace,
    createPrinter: (options: typescript.PrinterOptions) => earlier.createPrinter(options),
    sys: watchingLightly(ts.sys, watched),
    getPreEmitDiagnosticsOfFiles: (...all: unknown[]) =>
      preEmitDiagnostics(...all).filter(({ code }) => !allowed.has(code)),
    createWatchCompilerHost: (
      rootFiles: string[],
      options: typescript.CompilerOptions,
      sys: typescript.System,
      ...rest: unknown[]
    ) => {
      const system = withGlobals(
        withShortManifests(lookingOnce(withFallbackFolders(earlier.watchedBy(sys), packages), seen)),
        globals,
      );
      seenSystem = system;
      const allOptions: typescript.CompilerOptions = {
        ...options,
        disableTopLevelAwait: false,
        inlineSourceMap: true,
        lib: ["lib.es2023.d.ts"],
        types: ["node"],
        typeRoots: [...typeRoots(packages, toolchain), ...(options.typeRoots ?? [])],
      };
      const create = ts.createWatchCompilerHost as unknown as (...all: unknown[]) => typescript.CompilerHost;
      const host = create([...rootFiles, globals], allOptions, system, ...rest) as typescript.CompilerHost &
        Pick<WatchHost, "createProgram">;
      host.createProgram = (roots, chosen, compilerHost, ...others) => {
        if (compilerHost !== undefined) parsed.lend(compilerHost);
        const builder = createCellProgram(ts, roots, chosen, compilerHost, ...others);
        lasting.lend(builder.getProgram());
        return builder;
      };
      const resolutions = new Map<string, typescript.ResolvedModuleWithFailedLookupLocations>();
      host.resolveModuleNameLiterals = (literals, containingFile, _redirected, used) =>
        literals.map(({ text }) => {
          const key = `${dirname(containingFile)}\n${text}`;
          const known = resolutions.get(key);
          if (known) return known;
          const found = resolveModule(ts, text, containingFile, used, host);
          // What isn't there yet may be installed later.
          if (found.resolvedModule !== undefined || isBuiltin(text)) resolutions.set(key, found);
          return found;
        });
      // The compiler would otherwise resolve every import of every file again at each cell.
      host.hasInvalidatedResolutions = () => false;
      return host;
    },
    createWatchProgram: (host: WatchHost) => {
      const after = host.afterProgramCreate?.bind(host);
      host.afterProgramCreate = (program) => {
        program.getSourceFiles().forEach(forgetFirstParse);
        latest = program.getProgram();
        bindCell(ts, latest);
        adjustEmission(ts, program);
        after?.(program);
      };
      return ts.createWatchProgram(host);
    },
    transpileModule: (text: string, options: typescript.TranspileOptions) => emitter.transpile(text, options),
  };
  const createConverter = toolchain.converterOver(corrected);
  return {
    converter: createConverter({ isJS: false, isBrowser: false }),
    ts,
    completer,
    program: () => latest,
    lastEmission: () => emitter.last,
    mapsOfFile: (javascript) => emitter.fileMaps.get(javascript) ?? [],
    pathOf: (emitted) => emitted.split(`/${outside}`).at(-1) ?? emitted,
    noticeChanges: () => {
      packages.forget();
      seen.clear();
      let changed = false;
      for (const [file, watch] of watched) {
        const modified = modificationTime(file);
        if (modified === watch.modified) continue;
        watch.modified = modified;
        changed = true;
        watch.callback(
          file,
          modified === 0 ? ts.FileWatcherEventKind.Deleted : ts.FileWatcherEventKind.Changed,
        );
      }
      return changed;
    },
  };
}

/** Adds a step of ours to those that turn a cell into JavaScript, and keeps what lies above its folder apart. */
function adjustEmission(ts: typeof typescript, program: typescript.BuilderProgram): void {
  const emit = program.emit.bind(program);
  program.emit = (file, write, cancel, onlyDeclarations, transformers = {}) => {
    const ours = spellOutShorthand(ts, program.getProgram().getTypeChecker());
    const before = [...(transformers.before ?? []), ours];
    const writeInside: typescript.WriteFileCallback = (name, ...rest) => {
      write?.(isAbsolute(name) ? `outDir/${outside}${name}` : name, ...rest);
    };
    return emit(file, write && writeInside, cancel, onlyDeclarations, { ...transformers, before });
  };
}

/** tslab reads a cell's names as soon as there is a program; the compiler would find them only when it begins to check. */
function bindCell(ts: typeof typescript, program: typescript.Program): void {
  const { bindSourceFile } = ts as unknown as {
    bindSourceFile: (file: typescript.SourceFile, options: typescript.CompilerOptions) => void;
  };
  const cell = program.getSourceFiles().find(({ fileName }) => fileName.endsWith("/__tslab__.ts"));
  if (cell !== undefined) bindSourceFile(cell, program.getCompilerOptions());
}

/**
 * A cell with some forms of top-level await is parsed twice, and points back to its first parse. Naming a type that the cell
 * doesn't import would start from there, from a file that no program knows.
 */
function forgetFirstParse(file: typescript.SourceFile): void {
  (file as { original?: unknown }).original = undefined;
}

/** Node 10's rules first, as declarations can be written with them; then those that read `exports`. */
function resolveModule(
  ts: typeof typescript,
  name: string,
  containingFile: string,
  options: typescript.CompilerOptions,
  host: typescript.ModuleResolutionHost,
): typescript.ResolvedModuleWithFailedLookupLocations {
  // Declared by @types/node, and looked for in every folder upwards otherwise.
  if (isBuiltin(name)) return { resolvedModule: undefined };
  const classic = ts.resolveModuleName(name, containingFile, options, host);
  if (isTyped(classic)) return classic;
  const modern = { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const byExports = ts.resolveModuleName(name, containingFile, modern, host);
  return isTyped(byExports) ? byExports : classic;
}

function isTyped({ resolvedModule }: typescript.ResolvedModuleWithFailedLookupLocations): boolean {
  return resolvedModule !== undefined && !/^\.[cm]?jsx?$/.test(resolvedModule.extension);
}

/** Folders with `@types/node`: the person's own first, ours otherwise. */
function typeRoots(packages: PackageFolders, toolchain: Toolchain): string[] {
  const own = packages.holding("@types/node");
  return [...(own === undefined ? [] : [join(own, "@types")]), toolchain.types];
}
