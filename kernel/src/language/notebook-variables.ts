/**
 * How a cell's JavaScript reaches the variables of the notebook. Each variable lives in a box of its own, under `v`: every
 * cell sees what any other last wrote, and V8 makes a loop over a box almost as fast as over a local variable.
 */
import type typescript from "@tslab/typescript-for-tslab";

const prefix = "__var_";
const value = "v";

/** Name under which a cell's JavaScript finds the box of a variable. */
export function boxName(variable: string): string {
  return `${prefix}${variable}`;
}

/** A message of V8's with the variables under their own names. */
export function withoutBoxNames(text: string): string {
  return text.includes(prefix)
    ? text.replaceAll(/\(0 ?, __var_([\p{ID_Continue}$]+)\.v\)|\b__var_([\p{ID_Continue}$]+)\.v\b/gu, "$1$2")
    : text;
}

/** A cell's text whose variables are exported where they are declared. */
export interface ExportingText {
  text: string;
  /** Everything the cell declares at its top level. */
  exported: string[];
  /** Those among them that start without a value. */
  blank: string[];
  /** By how many characters its first line was moved to the right. Nothing else moved. */
  shift: number;
}

/**
 * Exports a cell's top-level `let` and `var` statements where they stand, rather than at its end. For the compiler, reading
 * such a variable is then reading the export, so that other cells' writes are seen.
 */
export function exportingInPlace(ts: typeof typescript, source: typescript.SourceFile): ExportingText {
  const { text } = source;
  const exported = new Set<string>();
  const blank: string[] = [];
  const edits: { from: number; to: number; text: string }[] = [];
  let list: typescript.NamedExports | undefined;
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause !== undefined && ts.isNamedExports(clause) && clause.elements.length > 0) list = clause;
    } else if (ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const)) {
      if (statement.modifiers !== undefined) continue;
      const names = new Set<string>();
      const { declarations } = statement.declarationList;
      for (const { name, initializer } of declarations) {
        collectNames(ts, name, names);
        if (ts.isIdentifier(name) && initializer === undefined) blank.push(name.text);
      }
      names.forEach((name) => exported.add(name));
      // Before the comments that precede the statement: one that ends a line would swallow the word.
      const before = { from: statement.pos, to: statement.pos };
      if (declarations.every(({ name }) => ts.isIdentifier(name))) {
        edits.push({ ...before, text: " export " });
        continue;
      }
      // The compiler would take arrays for what any iterable is: it leaves assignments alone.
      const start = statement.declarationList.getStart(source);
      const end = statement.declarationList.end;
      edits.push({ ...before, text: ` export let ${[...names].join(", ")}; ` });
      edits.push({ from: start, to: start + "let".length, text: "  (" }, { from: end, to: end, text: ")" });
    }
  }
  if (list === undefined) return { text, exported: [], blank, shift: 0 };
  const names = list.elements.map((element) => element.name.text);
  const others = names.filter((name) => !exported.has(name));
  edits.push({ from: list.pos, to: list.end, text: `{ ${others.join(", ")} }` });
  let result = text;
  for (const edit of edits.reverse()) result = result.slice(0, edit.from) + edit.text + result.slice(edit.to);
  const first = edits.at(-1);
  return { text: result, exported: names, blank, shift: first?.from === 0 ? first.text.length : 0 };
}

function collectNames(ts: typeof typescript, name: typescript.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) {
    names.add(name.text);
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) collectNames(ts, element.name, names);
  }
}

/**
 * Turns `exports.name` into `__var_name.v` while the JavaScript is printed, as the compiler makes exports only then.
 * @param kept names that stay on `exports`
 * @param used takes the names of the variables that were met
 */
export function intoBoxes(
  ts: typeof typescript,
  kept: (name: string) => boolean,
  used: Set<string>,
): typescript.TransformerFactory<typescript.SourceFile> {
  return (context) => {
    const before = context.onSubstituteNode.bind(context);
    context.enableSubstitution(ts.SyntaxKind.PropertyAccessExpression);
    context.onSubstituteNode = (hint, original) => {
      const node = before(hint, original);
      if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.name)) return node;
      if (!ts.isIdentifier(node.expression) || node.expression.text !== "exports") return node;
      const name = node.name.text;
      if (kept(name) || isShadowed(node)) return node;
      used.add(name);
      const box = ts.factory.createPropertyAccessExpression(
        ts.factory.createIdentifier(boxName(name)),
        ts.factory.createIdentifier(value),
      );
      ts.setTextRange(box, node);
      return calls(ts, node) ? withoutThis(ts, box, node) : box;
    };
    return (file) =>
      ts.factory.updateSourceFile(
        file,
        file.statements.filter((line) => !emptiesExports(ts, line)),
      );
  };
}

/** Whether `node` is the function of a call. */
function calls(ts: typeof typescript, node: typescript.Node): boolean {
  const parent = node.parent as typescript.Node | undefined;
  if (parent === undefined) return false;
  return (
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isTaggedTemplateExpression(parent) && parent.tag === node)
  );
}

/** `(0, box.v)`: called as it is, the function would take its box for `this`. */
function withoutThis(
  ts: typeof typescript,
  box: typescript.Expression,
  node: typescript.Expression,
): typescript.Expression {
  const called = ts.factory.createParenthesizedExpression(
    ts.factory.createComma(ts.factory.createNumericLiteral(0), box),
  );
  // V8 places the call where the parenthesis ends; people look for it where the name begins.
  return ts.setSourceMapRange(called, { pos: node.pos, end: node.getStart() });
}

/** `exports.a = exports.b = void 0`, which the compiler puts first: V8 would keep no plain numbers in boxes after it. */
function emptiesExports(ts: typeof typescript, statement: typescript.Statement): boolean {
  if (statement.pos >= 0 || !ts.isExpressionStatement(statement)) return false;
  let { expression } = statement;
  while (
    ts.isBinaryExpression(expression) &&
    ts.isPropertyAccessExpression(expression.left) &&
    ts.isIdentifier(expression.left.expression) &&
    expression.left.expression.text === "exports"
  )
    expression = expression.right;
  return expression !== statement.expression && ts.isVoidExpression(expression);
}

/** Whether `exports` is a parameter or a variable of a function around `node`. */
function isShadowed(node: BoundNode): boolean {
  const around = node.parent;
  if (around?.parent === undefined) return false;
  return around.locals?.has("exports") === true || isShadowed(around);
}

/** A node as the compiler binds it, which its public types leave out: nodes that it made have no parent. */
interface BoundNode {
  parent?: BoundNode;
  locals?: Map<string, unknown>;
}
