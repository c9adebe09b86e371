import { isBuiltin } from "node:module";
import type typescript from "@tslab/typescript-for-tslab";

/** How many imports are offered at once. */
const offered = 8;
/** How much of a name must be written before imports are offered for it. */
const enough = 3;

/**
 * What could be imported by its name: the exports of Node.js's modules, and of the packages whose types the compiler has read.
 * Jupyter's completions only replace what is being written, so an import is offered where a statement begins.
 */
export class Importables {
  /** Modules by the name they export; the same name is often exported by several. */
  private readonly modules = new Map<string, string[]>();
  private builtins = false;

  /** Learns what a module exports. */
  learn(module: string, names: Iterable<string>): void {
    for (const name of names) {
      const known = this.modules.get(name) ?? [];
      if (name === "default" || known.includes(module)) continue;
      this.modules.set(name, [...known, module]);
    }
  }

  /** Learns what Node.js's own modules export, as a program declares them. */
  learnBuiltins(program: typescript.Program): void {
    if (this.builtins) return;
    this.builtins = true;
    const checker = program.getTypeChecker();
    for (const module of checker.getAmbientModules()) {
      const name = module.name.replaceAll('"', "");
      if (!name.startsWith("node:") || !isBuiltin(name)) continue;
      this.learn(
        name,
        checker.getExportsOfModule(module).map((symbol) => symbol.name),
      );
    }
  }

  /** Import statements for the name being written at the start of a statement, up to `offset`. */
  offer(code: string, offset: number): { start: number; imports: string[] } {
    const written = /(?:^|[\n;])[ \t]*([A-Za-z_$][\w$]*)$/.exec(code.slice(0, offset))?.[1] ?? "";
    if (written.length < enough) return { start: offset, imports: [] };
    const names = [...this.modules.keys()].filter((name) => name.startsWith(written)).sort();
    const imports = names.flatMap((name) => this.statements(name)).slice(0, offered);
    return { start: offset - written.length, imports };
  }

  /** Import statements for a whole name. */
  statements(name: string): string[] {
    const modules = this.modules.get(name) ?? [];
    // A package in use is more likely meant than a module of Node.js that happens to have the same name.
    return [...modules]
      .sort((one, other) => Number(isBuiltin(one)) - Number(isBuiltin(other)))
      .map((module) => `import { ${name} } from "${module}";`);
  }
}

/** Names of the modules a file imports, with what each exports. */
export function importedModules(
  ts: typeof typescript,
  program: typescript.Program,
  file: typescript.SourceFile,
): { module: string; names: string[] }[] {
  const checker = program.getTypeChecker();
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { text } = statement.moduleSpecifier;
    const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (symbol === undefined || /^[./]/.test(text)) return [];
    return [{ module: text, names: checker.getExportsOfModule(symbol).map(({ name }) => name) }];
  });
}
