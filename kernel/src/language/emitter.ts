import type typescript from "@tslab/typescript-for-tslab";

/** A cell turned into JavaScript that runs in a function. */
export interface CellEmission {
  /** Names of the modules it imports statically. */
  imports: string[];
  /** Whether `await` stands outside any function. */
  awaits: boolean;
  /** Source maps from the JavaScript to the cell, to be followed one after the other. */
  maps: string[];
}

/** Name of the function that stands for `import()` in a cell's JavaScript. */
export const importName = "__import";
/** Name of the object that stands for `import.meta` in a cell's JavaScript. */
export const metaName = "__meta";

const mapComment =
  /\n?\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([A-Za-z0-9+/=]+)\s*$/;

/** Does what tslab's second step does (ES module → CommonJS), and keeps source maps, imports and real `import()`. */
export class CellEmitter {
  last: CellEmission | undefined;

  constructor(private readonly ts: typeof typescript) {}

  /** Stands in for `ts.transpileModule`. */
  transpile(text: string, options: typescript.TranspileOptions): typescript.TranspileOutput {
    const { ts } = this;
    const comment = mapComment.exec(text);
    const code = comment ? text.slice(0, comment.index) : text;
    const source = ts.createSourceFile("cell.js", `${code}\nexport {};`, ts.ScriptTarget.ES2022);
    const output = ts.transpileModule(code, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
      transformers: { before: [forCells(ts)] },
    });
    const maps = [output.sourceMapText ?? ""];
    if (comment) maps.push(Buffer.from(comment[1] ?? "", "base64").toString("utf8"));
    this.last = { imports: staticImports(ts, source), awaits: hasTopLevelAwait(ts, source), maps };
    return { ...output, outputText: output.outputText.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "") };
  }
}

function forCells(ts: typeof typescript): typescript.TransformerFactory<typescript.SourceFile> {
  return (context) => {
    const visit = (node: typescript.Node): typescript.Node => {
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const args = node.arguments.map((argument) => ts.visitNode(argument, visit) as typescript.Expression);
        return ts.factory.updateCallExpression(
          node,
          ts.factory.createIdentifier(importName),
          undefined,
          args,
        );
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return ts.factory.createIdentifier(metaName);
      }
      if (
        ts.isVariableDeclaration(node) &&
        ts.isIdentifier(node.name) &&
        /^tsLastExpr\d*$/.test(node.name.text)
      ) {
        return ts.visitEachChild(unnamed(ts, node), visit, context);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return (file) => ts.visitNode(file, visit) as typescript.SourceFile;
  };
}

/** A function that is a cell's result must not take the name of the variable that holds it: `(0, () => 1)` has none. */
function unnamed(
  ts: typeof typescript,
  node: typescript.VariableDeclaration,
): typescript.VariableDeclaration {
  const { initializer } = node;
  if (initializer === undefined || !(ts.isFunctionLike(initializer) || ts.isClassExpression(initializer)))
    return node;
  const value = ts.factory.createParenthesizedExpression(
    ts.factory.createComma(ts.factory.createNumericLiteral(0), initializer),
  );
  return ts.factory.updateVariableDeclaration(node, node.name, node.exclamationToken, node.type, value);
}

function staticImports(ts: typeof typescript, source: typescript.SourceFile): string[] {
  const names = source.statements.flatMap((statement) =>
    (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
    statement.moduleSpecifier &&
    ts.isStringLiteral(statement.moduleSpecifier)
      ? [statement.moduleSpecifier.text]
      : [],
  );
  return [...new Set(names)];
}

function hasTopLevelAwait(ts: typeof typescript, source: typescript.SourceFile): boolean {
  const visit = (node: typescript.Node): boolean => {
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier) return true;
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node))
      return false;
    return ts.forEachChild(node, visit) ?? false;
  };
  return ts.forEachChild(source, visit) ?? false;
}
