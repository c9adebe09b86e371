import type typescript from "@tslab/typescript-for-tslab";

/**
 * Declarations after a cell that stopped half-way: those of `before` for the variables that were `lost`, whose new value was
 * never reached, and those of `after` for the others. Types need no run, so the new ones always count.
 * @param before declarations before the cell
 * @param after declarations as if the cell had run to its end
 */
export function withoutLost(
  ts: typeof typescript,
  before: string,
  after: string,
  lost: ReadonlySet<string>,
): string {
  const kept = filterValues(ts, after, (name) => !lost.has(name));
  const restored = filterValues(ts, before, (name) => lost.has(name), true);
  return `${kept}\n${restored}`;
}

/** The statements of a declaration file, without the values whose name `keep` refuses. */
function filterValues(
  ts: typeof typescript,
  text: string,
  keep: (name: string) => boolean,
  valuesOnly = false,
): string {
  const source = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.ES2022, true);
  const lines: string[] = [];
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      const prefix = text.slice(statement.getStart(source), statement.declarationList.getStart(source));
      const word = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      for (const declaration of statement.declarationList.declarations) {
        if (keep(declaration.name.getText(source)))
          lines.push(`${prefix}${word} ${declaration.getText(source)};`);
      }
      continue;
    }
    const names = valueNames(ts, statement);
    if (names === undefined) {
      if (!valuesOnly) lines.push(statement.getText(source));
    } else if (names.some(keep)) {
      lines.push(statement.getText(source));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Names a statement gives values to; undefined when it only declares types. */
function valueNames(ts: typeof typescript, statement: typescript.Statement): string[] | undefined {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name ? [statement.name.text] : [];
  }
  if (ts.isEnumDeclaration(statement)) return [statement.name.text];
  if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    if (clause === undefined || clause.isTypeOnly) return undefined;
    const bindings = clause.namedBindings;
    return [
      ...(clause.name ? [clause.name.text] : []),
      ...(bindings === undefined
        ? []
        : ts.isNamespaceImport(bindings)
          ? [bindings.name.text]
          : bindings.elements.map((element) => element.name.text)),
    ];
  }
  return undefined;
}
