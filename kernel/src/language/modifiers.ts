import type typescript from "@tslab/typescript-for-tslab";

/** The cell with `export` before declarations blanked out, at the same places: every declaration of a cell is shared anyway. */
export function withoutExports(ts: typeof typescript, code: string): string {
  if (!/\bexport\b/.test(code)) return code;
  const source = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  let text = code;
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement) || ts.isExportAssignment(statement)) continue;
    const modifiers = ts.getModifiers(statement) ?? [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) continue;
    for (const modifier of modifiers) {
      if (modifier.kind !== ts.SyntaxKind.ExportKeyword) continue;
      const start = modifier.getStart(source);
      text = `${text.slice(0, start)}${" ".repeat(modifier.end - start)}${text.slice(modifier.end)}`;
    }
  }
  return text;
}

/**
 * The cell with `private` and `protected` replaced by `public` in the classes inside functions, at the same places. Such a
 * class can't be described to later cells otherwise, when a function returns it.
 */
export function withoutNestedPrivacy(ts: typeof typescript, code: string): string {
  const source = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  let text = code;
  const open = (node: typescript.Node): void => {
    if (ts.canHaveModifiers(node)) {
      for (const modifier of ts.getModifiers(node) ?? []) {
        if (
          modifier.kind !== ts.SyntaxKind.PrivateKeyword &&
          modifier.kind !== ts.SyntaxKind.ProtectedKeyword
        )
          continue;
        const start = modifier.getStart(source);
        text = text.slice(0, start) + "public".padEnd(modifier.end - start) + text.slice(modifier.end);
      }
    }
    ts.forEachChild(node, open);
  };
  const findNested = (node: typescript.Node): void => {
    if (ts.isClassLike(node) && node.parent !== source) open(node);
    else ts.forEachChild(node, findNested);
  };
  findNested(source);
  return text;
}
