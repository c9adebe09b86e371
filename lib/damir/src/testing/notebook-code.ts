import { readFileSync } from "node:fs";
import ts from "typescript";

/** The code of a notebook's cells, one after the other. */
export function notebookCode(path: string): string {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  return cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => (typeof source === "string" ? source : source.join("")))
    .join("\n;\n");
}

/**
 * Runs a notebook's code as one program, with modules of one's own in the place of some that it imports. A later cell may declare
 * a name again, as in a notebook.
 */
export async function runNotebook(path: string, modules: Readonly<Record<string, object>>): Promise<void> {
  await runCells(notebookCode(path), modules);
}

/** Runs the code of cells, put one after the other, as {@link runNotebook} runs a notebook's. */
export async function runCells(code: string, modules: Readonly<Record<string, object>>): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
    transformers: { before: [declareAgain] },
  });
  const imported = new Map<string, object>(Object.entries(modules));
  for (const [, name = ""] of outputText.matchAll(/require\("([^"]+)"\)/g)) {
    if (!imported.has(name)) imported.set(name, (await import(name)) as object);
  }
  const require = (name: string): object => ({ __esModule: true, ...imported.get(name) });
  const AsyncFunction = (async () => Promise.resolve()).constructor as new (
    ...parts: string[]
  ) => (require: (name: string) => object, exports: object) => Promise<void>;
  await new AsyncFunction("require", "exports", outputText)(require, {});
}

/** Turns what the cells declare into `var`. */
const declareAgain: ts.TransformerFactory<ts.SourceFile> =
  ({ factory }) =>
  (file) =>
    factory.updateSourceFile(
      file,
      file.statements.map((statement) =>
        ts.isVariableStatement(statement)
          ? factory.updateVariableStatement(
              statement,
              statement.modifiers,
              factory.createVariableDeclarationList(
                statement.declarationList.declarations,
                ts.NodeFlags.None,
              ),
            )
          : statement,
      ),
    );
