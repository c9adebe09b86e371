import type typescript from "@tslab/typescript-for-tslab";

/** Name of the file that declares, for the compiler, what earlier cells declared. */
const fileName = "/__prev__.d.ts";

/** Whether a file declares what earlier cells declared. */
export function declaresEarlierCells(file: string): boolean {
  return file.endsWith(fileName);
}

/**
 * Spares the compiler work on what earlier cells declared, which grows with the notebook: tslab says twice a cell that it
 * changed, and prints all of it anew after each.
 */
export class EarlierDeclarations {
  /** The text that the compiler has parsed; undefined when what it made of it can't be used again. */
  private parsed: string | undefined;

  constructor(private readonly ts: typeof typescript) {}

  /** A system that announces a change of the declarations only where there is one. */
  watchedBy(original: typescript.System): typescript.System {
    const watchFile: typescript.System["watchFile"] = (path, callback, ...rest) => {
      const announce: typescript.FileWatcherCallback = (...event) => {
        const text = original.readFile(path);
        if (text === this.parsed) return;
        this.parsed = text;
        callback(...event);
      };
      const closed = { close: () => undefined };
      return original.watchFile?.(path, declaresEarlierCells(path) ? announce : callback, ...rest) ?? closed;
    };
    return Object.assign(Object.create(original) as typescript.System, { watchFile });
  }

  /** A printer that takes over what stands there already. tslab asks for it once it has taken the parsed file to pieces. */
  createPrinter(options: typescript.PrinterOptions): typescript.Printer {
    this.parsed = undefined;
    const { ts } = this;
    const printer = ts.createPrinter(options);
    const print = (file: typescript.SourceFile, statement: typescript.Statement): string =>
      isWhole(ts, file, statement)
        ? file.text.slice(statement.pos, statement.end).trim()
        : printer.printNode(ts.EmitHint.Unspecified, statement, file);
    return {
      ...printer,
      printFile: (file) => file.statements.map((statement) => `${print(file, statement)}\n`).join(""),
    };
  }
}

/** Whether tslab left a statement as it was: it takes single variables and imported names out of theirs. */
function isWhole(
  ts: typeof typescript,
  file: typescript.SourceFile,
  statement: typescript.Statement,
): boolean {
  if (ts.isImportDeclaration(statement)) return false;
  if (!ts.isVariableStatement(statement)) return true;
  const { declarations, end } = statement.declarationList;
  let last: typescript.VariableDeclaration | undefined;
  for (const declaration of declarations) {
    if (last === undefined ? file.text[declaration.pos - 1] === "," : declaration.pos !== last.end + 1)
      return false;
    last = declaration;
  }
  return last?.end === end;
}
