import type typescript from "@tslab/typescript-for-tslab";

/** Whether a text can be run as it is; `indent` is what the next line should begin with. */
export type Completeness =
  { status: "complete" } | { status: "invalid" } | { status: "incomplete"; indent: string };

/** Unterminated template literal, unterminated comment: more lines can still end them. */
const openEnds = new Set([1160, 1010]);

/** Says whether `code` is a whole cell, the beginning of one, or can't become one. */
export function completenessOf(ts: typeof typescript, code: string): Completeness {
  const source = ts.createSourceFile("cell.ts", `${code}\nexport {};`, ts.ScriptTarget.Latest, true);
  if (parseErrors(source).length === 0) return { status: "complete" };
  const bare = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const errors = parseErrors(bare);
  const end = code.trimEnd().length;
  const first = errors[0];
  const open = errors.find((error) => openEnds.has(error.code));
  if (open) return { status: "incomplete", indent: "" };
  if (first && first.start >= end) return { status: "incomplete", indent: indentAfter(code) };
  return errors.length === 0 ? { status: "complete" } : { status: "invalid" };
}

/** TypeScript keeps what the parser found in a field that its public types leave out. */
function parseErrors(source: typescript.SourceFile): typescript.DiagnosticWithLocation[] {
  return (source as unknown as { parseDiagnostics: typescript.DiagnosticWithLocation[] }).parseDiagnostics;
}

/** The last line's indentation, one step deeper when that line leaves a bracket open. */
function indentAfter(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const current = /^\s*/.exec(line)?.[0] ?? "";
  let depth = 0;
  for (const character of line.replace(/(["'`])(?:\\.|(?!\1).)*\1|\/\/.*$/g, "")) {
    if ("{[(".includes(character)) depth += 1;
    else if ("}])".includes(character) && depth > 0) depth -= 1;
  }
  return depth > 0 || /=>\s*$/.test(line) ? `${current}  ` : current;
}
