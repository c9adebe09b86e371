import { statSync } from "node:fs";
import type typescript from "@tslab/typescript-for-tslab";

interface Kept {
  file: typescript.SourceFile;
  size: number;
  /** Whole seconds: copies into an image keep no more. */
  modified: number;
}

/**
 * Files of packages and of the standard library as the compiler parsed and bound them. They are most of what it reads, and
 * the same for every notebook: a compiler that finds them here starts in a fraction of the time.
 */
export class SourceFiles {
  private readonly files = new Map<string, Kept>();
  private readonly hosts = new WeakSet<typescript.CompilerHost>();

  /**
   * Makes a host take from here what was parsed before, as long as the file on the disk is the same. That is looked at once a
   * host: packages don't change while a notebook is open.
   */
  lend(host: typescript.CompilerHost): void {
    if (this.hosts.has(host)) return;
    this.hosts.add(host);
    const taken = new Map<string, typescript.SourceFile>();
    const take = (name: string, parse: () => typescript.SourceFile | undefined) => {
      const file = taken.get(name) ?? this.kept(name, parse);
      if (file !== undefined && isOfPackage(name)) taken.set(name, file);
      return file;
    };
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (...args) => take(args[0], () => getSourceFile(...args));
    const byPath = host.getSourceFileByPath?.bind(host);
    if (byPath !== undefined) {
      host.getSourceFileByPath = (...args) => take(args[0], () => byPath(...args));
    }
  }

  private kept(
    name: string,
    parse: () => typescript.SourceFile | undefined,
  ): typescript.SourceFile | undefined {
    const status = isOfPackage(name) ? statSync(name, { throwIfNoEntry: false }) : undefined;
    if (status === undefined) return parse();
    const modified = Math.floor(status.mtimeMs / 1000);
    const known = this.files.get(name);
    if (known?.size === status.size && known.modified === modified) return known.file;
    const file = parse();
    if (file !== undefined) this.files.set(name, { file, size: status.size, modified });
    return file;
  }
}

function isOfPackage(file: string): boolean {
  return file.includes("/node_modules/");
}
