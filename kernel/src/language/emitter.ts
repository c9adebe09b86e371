import type typescript from "@tslab/typescript-for-tslab";
import { CommonJs } from "./common-js.js";
import { exportingInPlace, intoBoxes } from "./notebook-variables.js";

/** A cell turned into JavaScript that runs in a function. */
export interface CellEmission {
  /** Names of the modules it imports statically. */
  imports: string[];
  /** Whether `await` stands outside any function. */
  awaits: boolean;
  /** Variables of the notebook that it declares. */
  declares: string[];
  /** Those among them that start without a value. */
  blank: string[];
  /** Variables of the notebook that its JavaScript reaches, each by its box. */
  uses: string[];
  /** By how many characters the first line of the text between the two maps was moved to the right. */
  shift: number;
  /** Source maps from the JavaScript to the cell, to be followed one after the other. */
  maps: string[];
}

/** Name of the function that stands for `import()` in a cell's JavaScript. */
export const importName = "__import";
/** Name of the object that stands for `import.meta` in a cell's JavaScript. */
export const metaName = "__meta";

/** The name tslab gives to the value of a cell's last expression. */
const resultName = /^tsLastExpr\d*$/;
const mapComment =
  /\n?\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([A-Za-z0-9+/=]+)\s*$/;

/** Does what tslab's second step does (ES module → CommonJS), and keeps source maps, imports and real `import()`. */
export class CellEmitter {
  last: CellEmission | undefined;
  /** Source maps of the files beside the notebook, by the JavaScript they became. */
  readonly fileMaps = new Map<string, string[]>();

  private readonly commonJs: CommonJs;

  constructor(private readonly ts: typeof typescript) {
    this.commonJs = new CommonJs(ts);
  }

  /** Stands in for `ts.transpileModule`. */
  transpile(text: string, options: typescript.TranspileOptions): typescript.TranspileOutput {
    const { ts } = this;
    const comment = mapComment.exec(text);
    const code = comment ? text.slice(0, comment.index) : text;
    const cellMap = comment && Buffer.from(comment[1] ?? "", "base64").toString("utf8");
    const isCell = cellMap !== null && isMapOfCell(cellMap);
    const source = ts.createSourceFile("cell.js", `${code}\nexport {};`, ts.ScriptTarget.ES2022);
    const exporting = isCell
      ? exportingInPlace(ts, source)
      : { text: code, exported: [], blank: [], shift: 0 };
    const used = new Set<string>();
    const imported = new Set(importedNames(ts, source));
    const onExports = (name: string) => imported.has(name) || name === "__esModule" || resultName.test(name);
    const imports = staticImports(ts, source);
    const output = this.commonJs.transpile(
      exporting.text,
      {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
        transformers: { before: [forCells(ts)], after: isCell ? [intoBoxes(ts, onExports, used)] : [] },
      },
      imports.length > 0,
    );
    const maps = [output.sourceMapText ?? ""];
    if (cellMap !== null) maps.push(cellMap);
    this.last = {
      imports,
      awaits: hasTopLevelAwait(ts, source),
      declares: exporting.exported,
      blank: exporting.blank,
      shift: exporting.shift,
      uses: [...used],
      maps,
    };
    const outputText = output.outputText.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "");
    if (!isCell) this.fileMaps.set(outputText, maps);
    return { ...output, outputText };
  }
}

/** Whether a source map is that of a cell, and not of a file that a cell imports. */
function isMapOfCell(map: string): boolean {
  return (JSON.parse(map) as { file?: unknown }).file === "__tslab__.js";
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
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && resultName.test(node.name.text)) {
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

/** Names that stand for what other modules export. */
function importedNames(ts: typeof typescript, source: typescript.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return [];
    const { name, namedBindings } = statement.importClause ?? {};
    const names = name ? [name.text] : [];
    if (namedBindings === undefined) return names;
    if (ts.isNamespaceImport(namedBindings)) return [...names, namedBindings.name.text];
    return [...names, ...namedBindings.elements.map((element) => element.name.text)];
  });
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
