import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { EmittedFile } from "../language/language.js";
import { packageNameOf, type PackageFolders } from "../language/packages.js";

type Importer = (specifier: string) => Promise<object>;

/** Whether a CommonJS package's namespace has an export `module.exports`. */
const marksCommonJs = Number(process.versions.node.split(".")[0]) >= 23;
/** What `require` says of packages that only `import` loads. */
const importOnly = new Set([
  "ERR_REQUIRE_ESM",
  "ERR_REQUIRE_ASYNC_MODULE",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "MODULE_NOT_FOUND",
]);

/** Loads what cells import, from the notebook's folder: packages of both kinds, JSON, TypeScript files beside it. */
export class Modules {
  readonly require: NodeJS.Require;
  /** What static imports found, by specifier, for the `require` of the cells' JavaScript. */
  private readonly loaded = new Map<string, unknown>();
  private readonly importers = new Map<string, Importer>();
  /** CommonJS text of TypeScript files beside the notebook, and what they exported once run. */
  private readonly localTexts = new Map<string, string>();
  private readonly localModules = new Map<string, Module>();
  /** JSON files beside the notebook that were read, with the time of their last change. */
  private readonly readJson = new Map<string, number>();

  /**
   * @param packages where packages are found
   * @param provided modules that the kernel itself stands for, by specifier
   */
  constructor(
    private readonly packages: PackageFolders,
    private readonly provided: ReadonlyMap<string, object>,
  ) {
    const base = createRequire(join(packages.directory, "cell.js"));
    const load = (specifier: string): unknown =>
      this.local(packages.directory, specifier) ??
      this.json(packages.directory, specifier, base) ??
      this.loadedOr(specifier, base);
    this.require = Object.assign(load, base);
  }

  /** Takes TypeScript files beside the notebook that the compiler has turned into CommonJS. */
  addLocal(files: EmittedFile[]): void {
    for (const { path, javascript } of files) {
      this.localTexts.set(path, javascript);
      // Files that imported the old text hold its values: all are run again.
      this.localModules.clear();
    }
  }

  /** Loads the modules a cell imports statically, so that its JavaScript finds them at once. */
  async prepare(specifiers: string[]): Promise<void> {
    this.forgetChangedJson();
    for (const specifier of specifiers) {
      if (this.localPath(this.packages.directory, specifier) !== undefined) continue;
      if (isBuiltin(specifier) || specifier.endsWith(".json") || this.provided.has(specifier)) continue;
      this.loaded.set(
        specifier,
        marksCommonJs ? interoperable(await this.native(specifier)) : await this.either(specifier),
      );
    }
  }

  /** What `import()` in a cell does. */
  async import(specifier: unknown): Promise<unknown> {
    const name = specifier instanceof URL ? specifier.href : String(specifier);
    const own = this.provided.get(name);
    if (own !== undefined) return own;
    if (name.endsWith(".json") && packageNameOf(name) === undefined && !name.includes(":")) {
      const value: unknown = JSON.parse(readFileSync(resolve(this.packages.directory, name), "utf8"));
      return { default: value };
    }
    const local = this.local(this.packages.directory, name);
    return local ?? (await this.native(name));
  }

  /** For older versions, which don't tell a CommonJS package from an ES module once it is imported. */
  private async either(specifier: string): Promise<unknown> {
    try {
      return this.require(specifier) as unknown;
    } catch (error) {
      if (!importOnly.has(String((error as { code?: unknown }).code))) throw error;
      return interoperable(await this.native(specifier));
    }
  }

  private loadedOr(specifier: string, base: NodeJS.Require): unknown {
    const own = this.provided.get(specifier);
    if (own !== undefined) return own;
    return this.loaded.has(specifier) ? this.loaded.get(specifier) : (base(specifier) as unknown);
  }

  private native(specifier: string): Promise<object> {
    const { directory } = this.packages;
    const name = packageNameOf(specifier);
    if (name === undefined || isBuiltin(specifier)) return this.importerOf(directory)(specifier);
    const fallback = this.packages.fallbackHolding(name);
    if (fallback === undefined) return this.importerOf(directory)(specifier);
    if (basename(fallback) === "node_modules") return this.importerOf(dirname(fallback))(specifier);
    const path = createRequire(join(fallback, "cell.js")).resolve(join(fallback, specifier));
    return this.importerOf(fallback)(pathToFileURL(path).href);
  }

  /** An `import()` that looks for packages from `directory` upwards. */
  private importerOf(directory: string): Importer {
    let importer = this.importers.get(directory);
    if (importer === undefined) {
      importer = vm.runInThisContext("(specifier) => import(specifier)", {
        filename: join(directory, "cell.js"),
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }) as Importer;
      this.importers.set(directory, importer);
    }
    return importer;
  }

  private localPath(directory: string, specifier: string): string | undefined {
    if (!isPath(specifier)) return undefined;
    const path = resolve(directory, specifier);
    const bare = path.slice(0, path.length - extname(path).length);
    const candidates = [
      path,
      `${path}.js`,
      join(path, "index.js"),
      ...(/^\.[cm]?tsx?$/.test(extname(path)) ? [`${bare}.js`] : []),
    ];
    return candidates.find((candidate) => this.localTexts.has(candidate));
  }

  /** What a JSON file beside the notebook holds; undefined for anything else. */
  private json(directory: string, specifier: string, base: NodeJS.Require): unknown {
    if (!isPath(specifier) || !specifier.endsWith(".json")) return undefined;
    const path = resolve(directory, specifier);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (modified !== undefined) this.readJson.set(path, modified);
    return base(path) as unknown;
  }

  private forgetChangedJson(): void {
    for (const [path, modified] of this.readJson) {
      if (statSync(path, { throwIfNoEntry: false })?.mtimeMs === modified) continue;
      this.readJson.delete(path);
      Reflect.deleteProperty(this.require.cache, realpath(path));
      // Files that read the old text hold its values.
      this.localModules.clear();
    }
  }

  /** The exports of a TypeScript file beside the notebook, run on first use. */
  private local(directory: string, specifier: string): unknown {
    const path = this.localPath(directory, specifier);
    if (path === undefined) return undefined;
    const known = this.localModules.get(path);
    if (known) return known.exports;
    const module = new Module(sourceOf(path));
    module.filename = module.id;
    this.localModules.set(path, module);
    const base = createRequire(path);
    const nested = (name: string): unknown =>
      this.local(dirname(path), name) ?? this.json(dirname(path), name, base) ?? this.loadedOr(name, base);
    const run = vm.compileFunction(
      this.localTexts.get(path) ?? "",
      ["exports", "require", "module", "__filename", "__dirname"],
      {
        filename: module.filename,
      },
    ) as (...values: unknown[]) => void;
    try {
      run(module.exports, Object.assign(nested, base), module, module.filename, dirname(path));
    } catch (error) {
      this.localModules.delete(path);
      throw error;
    }
    return module.exports;
  }
}

function isPath(specifier: string): boolean {
  return specifier.startsWith(".") || specifier.startsWith("/");
}

/** The name under which Node.js keeps a file it has read. */
function realpath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** The TypeScript file that a JavaScript path stands for; the path itself when there is none. */
export function sourceOf(path: string): string {
  const source = path.replace(/\.js$/, ".ts");
  return existsSync(source) ? source : path;
}

/**
 * What `require` should give for a module that was loaded by `import()`: a CommonJS package's own exports, or an ES
 * module's namespace marked as such, so that the compiler's helpers take `default` for what it is.
 */
function interoperable(namespace: object): unknown {
  if ("module.exports" in namespace) return namespace["module.exports"];
  const marked = Object.create(null) as Record<string, unknown>;
  Object.defineProperty(marked, "__esModule", { value: true });
  for (const name of Object.keys(namespace)) {
    // A getter, as an ES module may change what it exports.
    Object.defineProperty(marked, name, {
      enumerable: true,
      get: () => (namespace as Record<string, unknown>)[name],
    });
  }
  return marked;
}
