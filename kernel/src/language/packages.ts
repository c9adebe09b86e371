import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";

/**
 * Where the packages a notebook imports are found: the `node_modules` folders from the notebook's own folder upwards,
 * then the fallback folders, which serve notebooks that lie outside any project.
 */
export class PackageFolders {
  readonly fallbacks: string[];
  private readonly known = new Map<string, string | undefined>();

  /**
   * @param directory the notebook's folder
   * @param nodePath fallback folders, separated as in NODE_PATH
   */
  constructor(
    readonly directory: string,
    nodePath: string | undefined,
  ) {
    this.fallbacks = (nodePath ?? "")
      .split(delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => resolve(folder));
  }

  /** The `node_modules` folder that holds the package, or undefined. */
  holding(packageName: string): string | undefined {
    if (!this.known.has(packageName)) this.known.set(packageName, this.find(packageName));
    return this.known.get(packageName);
  }

  /** Looks anew, as packages may have been installed. */
  forget(): void {
    this.known.clear();
  }

  private find(packageName: string): string | undefined {
    for (const folder of ancestors(this.directory)) {
      const candidate = join(folder, "node_modules");
      if (existsSync(join(candidate, packageName))) return candidate;
    }
    return this.fallbacks.find((folder) => existsSync(join(folder, packageName)));
  }

  /** The fallback folder that holds the package, when no folder from the notebook upwards does. */
  fallbackHolding(packageName: string): string | undefined {
    const folder = this.holding(packageName);
    return folder !== undefined && this.fallbacks.includes(folder) ? folder : undefined;
  }
}

/** The package a bare import names (`@scope/name/sub` → `@scope/name`), or undefined for paths, URLs and `node:`. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("/") || specifier.startsWith("#")) return undefined;
  if (/^[a-z]+:/i.test(specifier)) return undefined;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

function* ancestors(directory: string): Generator<string> {
  for (let folder = directory; ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}
