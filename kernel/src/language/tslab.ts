/**
 * Loads tslab's converter over a TypeScript that we have corrected where tslab's own settings fall short: top-level await
 * in all its forms, packages typed through `exports`, packages of the fallback folders, source maps, real `import()`.
 */
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type typescript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter.js";
import { globalDeclarations } from "./globals.js";
import { packageNameOf, type PackageFolders } from "./packages.js";
import { CellEmitter, type CellEmission } from "./emitter.js";

/** TypeScript's number for an import path that ends in a TypeScript extension. */
const importEndsInTs = 5097;

type WatchHost = typescript.WatchCompilerHostOfFilesAndCompilerOptions<typescript.BuilderProgram>;

const require = createRequire(import.meta.url);

/** tslab's converter, and what our emitter knows of its last conversion. */
export interface LoadedConverter {
  converter: Converter;
  ts: typeof typescript;
  /** The last text turned into runnable JavaScript. */
  lastEmission(): CellEmission | undefined;
  /** Tells the compiler about files beside the notebook that changed since they were read. */
  noticeChanges(): void;
}

/** Loads the compiler and prepares it for the notebook's folder. Takes several hundred milliseconds. */
export function loadConverter(packages: PackageFolders): LoadedConverter {
  const path = require.resolve("@tslab/typescript-for-tslab");
  const ts = require(path) as typeof typescript;
  ts.sys.useCaseSensitiveFileNames = true;
  ts.validateLocaleAndSetLanguage("fr", ts.sys);
  const emitter = new CellEmitter(ts);
  const watched = new Map<string, { callback: typescript.FileWatcherCallback; modified: number }>();
  const seen = new Map<string, boolean>();
  const { getPreEmitDiagnosticsOfFiles: preEmitDiagnostics } = ts as unknown as {
    getPreEmitDiagnosticsOfFiles: (...all: unknown[]) => typescript.Diagnostic[];
  };
  const corrected = {
    ...ts,
    sys: watchingLightly(ts.sys, watched),
    // An import may end in ".ts": our own loader finds such files.
    getPreEmitDiagnosticsOfFiles: (...all: unknown[]) =>
      preEmitDiagnostics(...all).filter(({ code }) => code !== importEndsInTs),
    createWatchCompilerHost: (
      rootFiles: string[],
      options: typescript.CompilerOptions,
      sys: typescript.System,
      ...rest: unknown[]
    ) => {
      const system = sys;
      mapFallbackFolders(system, packages);
      lookOnce(system, seen);
      addGlobals(system, packages);
      const allOptions: typescript.CompilerOptions = {
        ...options,
        disableTopLevelAwait: false,
        inlineSourceMap: true,
        lib: ["lib.es2023.d.ts"],
        types: ["node"],
        typeRoots: [...typeRoots(packages), ...(options.typeRoots ?? [])],
      };
      const create = ts.createWatchCompilerHost as unknown as (...all: unknown[]) => typescript.CompilerHost;
      const host = create([...rootFiles, globalsPath(packages)], allOptions, system, ...rest);
      const resolutions = new Map<string, typescript.ResolvedModuleWithFailedLookupLocations>();
      host.resolveModuleNameLiterals = (literals, containingFile, _redirected, used) =>
        literals.map(({ text }) => {
          const key = `${dirname(containingFile)}\n${text}`;
          const known = resolutions.get(key);
          if (known) return known;
          const found = resolveModule(ts, text, containingFile, used, host);
          // What isn't there yet may be installed later.
          if (found.resolvedModule) resolutions.set(key, found);
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
        after?.(program);
      };
      return ts.createWatchProgram(host);
    },
    transpileModule: (text: string, options: typescript.TranspileOptions) => emitter.transpile(text, options),
  };
  const cached = require.cache[path];
  if (cached === undefined) throw new Error("TypeScript isn't in the module cache");
  // A compiler that failed is loaded again: the converter has to take the new one.
  Reflect.deleteProperty(require.cache, require.resolve("tslab/dist/converter.js"));
  cached.exports = corrected;
  const { createConverter } = require("tslab/dist/converter.js") as typeof import("tslab/dist/converter.js");
  cached.exports = ts;
  return {
    converter: createConverter({ isJS: false, isBrowser: false }),
    ts,
    lastEmission: () => emitter.last,
    noticeChanges: () => {
      packages.forget();
      seen.clear();
      for (const [file, watch] of watched) {
        const modified = modificationTime(file);
        if (modified === watch.modified) continue;
        watch.modified = modified;
        watch.callback(
          file,
          modified === 0 ? ts.FileWatcherEventKind.Deleted : ts.FileWatcherEventKind.Changed,
        );
      }
    },
  };
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
  const classic = ts.resolveModuleName(name, containingFile, options, host);
  if (isTyped(classic)) return classic;
  const modern = { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const byExports = ts.resolveModuleName(name, containingFile, modern, host);
  return isTyped(byExports) ? byExports : classic;
}

function isTyped({ resolvedModule }: typescript.ResolvedModuleWithFailedLookupLocations): boolean {
  return resolvedModule !== undefined && !/^\.[cm]?jsx?$/.test(resolvedModule.extension);
}

/** Shows packages of the fallback folders as if they lay in the notebook's own `node_modules`. */
function mapFallbackFolders(sys: typescript.System, packages: PackageFolders): void {
  const root = `${join(packages.directory, "node_modules").replaceAll("\\", "/")}/`;
  const map = (path: string): string => {
    if (packages.fallbacks.length === 0 || !path.startsWith(root)) return path;
    const name = packageNameOf(path.slice(root.length));
    const folder = name === undefined ? undefined : packages.fallbackHolding(name);
    return folder === undefined ? path : join(folder, path.slice(root.length));
  };
  const { fileExists, readFile, directoryExists, readDirectory, getDirectories, realpath } = sys;
  sys.fileExists = (path) => fileExists.call(sys, map(path));
  sys.readFile = (path, encoding) => readFile.call(sys, map(path), encoding);
  sys.directoryExists = (path) =>
    (packages.fallbacks.length > 0 && `${path}/` === root) || directoryExists.call(sys, map(path));
  sys.readDirectory = (path, ...rest) => readDirectory.call(sys, map(path), ...rest);
  sys.getDirectories = (path) => getDirectories.call(sys, map(path));
  sys.realpath = (path) => (map(path) === path && realpath ? realpath.call(sys, path) : path);
}

/** Asks the disk once per cell whether a file or a folder exists: resolving imports asks for the same ones many times. */
function lookOnce(sys: typescript.System, seen: Map<string, boolean>): void {
  const once = (kind: string, look: (path: string) => boolean) => (path: string) => {
    const key = kind + path;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const found = look.call(sys, path);
    seen.set(key, found);
    return found;
  };
  sys.fileExists = once("file:", sys.fileExists);
  sys.directoryExists = once("folder:", sys.directoryExists);
}

/** Adds what the kernel puts into a cell's global scope, as a file that exists for the compiler only. */
function addGlobals(sys: typescript.System, packages: PackageFolders): void {
  const path = globalsPath(packages);
  const { fileExists, readFile } = sys;
  sys.fileExists = (file) => file === path || fileExists.call(sys, file);
  sys.readFile = (file, encoding) =>
    file === path ? globalDeclarations : readFile.call(sys, file, encoding);
}

function globalsPath(packages: PackageFolders): string {
  return join(packages.directory, "__globals__.d.ts").replaceAll("\\", "/");
}

/** Files are looked at before each cell instead of being polled all the time; packages and libraries never change. */
function watchingLightly(
  original: typescript.System,
  watched: Map<string, { callback: typescript.FileWatcherCallback; modified: number }>,
): typescript.System {
  const sys = Object.create(original) as typescript.System;
  sys.watchFile = (path, callback) => {
    if (!path.includes("/node_modules/") && !path.endsWith(".d.ts")) {
      watched.set(path, { callback, modified: modificationTime(path) });
    }
    return { close: () => watched.delete(path) };
  };
  sys.watchDirectory = () => ({ close: () => undefined });
  return sys;
}

function modificationTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Folders with `@types/node`: the person's own first, ours otherwise. */
function typeRoots(packages: PackageFolders): string[] {
  const own = packages.holding("@types/node");
  const ours = join(
    dirname(dirname(require.resolve("tslab/package.json"))),
    "tslab",
    "node_modules",
    "@types",
  );
  return [...(own === undefined ? [] : [join(own, "@types")]), ours];
}
