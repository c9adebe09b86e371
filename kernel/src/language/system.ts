/** The compiler's view of the disk, in layers: each function gives a system that looks through the one it is given. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { FileWatcherCallback, System } from "@tslab/typescript-for-tslab";
import { globalDeclarations } from "./globals.js";
import { packageNameOf, type PackageFolders } from "./packages.js";

/** A file beside the notebook that the compiler has read. */
export interface WatchedFile {
  callback: FileWatcherCallback;
  /** Milliseconds; 0 when it doesn't exist. */
  modified: number;
}

/** Shows packages of the fallback folders as if they lay in the notebook's own `node_modules`. */
export function withFallbackFolders(original: System, packages: PackageFolders): System {
  if (packages.fallbacks.length === 0) return original;
  const root = `${join(packages.directory, "node_modules").replaceAll("\\", "/")}/`;
  const map = (path: string): string => {
    if (!path.startsWith(root)) return path;
    const name = packageNameOf(path.slice(root.length));
    const folder = name === undefined ? undefined : packages.fallbackHolding(name);
    return folder === undefined ? path : join(folder, path.slice(root.length));
  };
  return layer(original, {
    fileExists: (path) => original.fileExists(map(path)),
    readFile: (path, encoding) => original.readFile(map(path), encoding),
    directoryExists: (path) => `${path}/` === root || original.directoryExists(map(path)),
    readDirectory: (path, ...rest) => original.readDirectory(map(path), ...rest),
    getDirectories: (path) =>
      `${path}/` === root
        ? [path, ...packages.fallbacks]
            .filter((folder) => original.directoryExists(folder))
            .flatMap((folder) => original.getDirectories(folder))
        : original.getDirectories(map(path)),
    realpath: (path) => (map(path) === path ? (original.realpath?.(path) ?? path) : path),
  });
}

/**
 * Asks the disk once whether a file or a folder exists, until `seen` is cleared: resolving imports asks for the same ones
 * many times.
 */
export function lookingOnce(original: System, seen: Map<string, boolean>): System {
  const once = (kind: string, path: string, look: () => boolean): boolean => {
    const key = kind + path;
    let found = seen.get(key);
    if (found === undefined) seen.set(key, (found = look()));
    return found;
  };
  return layer(original, {
    fileExists: (path) => once("file:", path, () => original.fileExists(path)),
    directoryExists: (path) => once("folder:", path, () => original.directoryExists(path)),
  });
}

/** What the compiler reads of a package's `package.json`. */
const readFields = [
  "name",
  "version",
  "type",
  "main",
  "types",
  "typings",
  "typesVersions",
  "exports",
  "imports",
];

/** Shortens every `package.json` to what the compiler wants of it: it parses JSON as slowly as it parses TypeScript. */
export function withShortManifests(original: System): System {
  return layer(original, {
    readFile: (path, encoding) => {
      const text = original.readFile(path, encoding);
      return text !== undefined && path.endsWith("/package.json") ? shortManifest(text) : text;
    },
  });
}

function shortManifest(text: string): string {
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(readFields.map((field) => [field, manifest[field]])));
  } catch {
    // The compiler has its own words for what isn't JSON.
    return text;
  }
}

/** Adds what the kernel puts into a cell's global scope, as a file that exists for the compiler only. */
export function withGlobals(original: System, file: string): System {
  return layer(original, {
    fileExists: (path) => path === file || original.fileExists(path),
    readFile: (path, encoding) => (path === file ? globalDeclarations : original.readFile(path, encoding)),
  });
}

/** Notes in `watched` the files to look at before each cell, instead of polling them; packages never change. */
export function watchingLightly(original: System, watched: Map<string, WatchedFile>): System {
  return layer(original, {
    watchFile: (path, callback) => {
      if (!path.includes("/node_modules/") && !path.endsWith(".d.ts")) {
        watched.set(path, { callback, modified: modificationTime(path) });
      }
      return { close: () => watched.delete(path) };
    },
    watchDirectory: () => ({ close: () => undefined }),
  });
}

/** When a file was last written, in milliseconds; 0 when it doesn't exist. */
export function modificationTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function layer(original: System, changes: Partial<System>): System {
  return Object.assign(Object.create(original) as System, changes);
}
