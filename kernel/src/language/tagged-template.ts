import type typescript from "@tslab/typescript-for-tslab";

/** A tagged template with the cursor in its text. Offsets are UTF-16 units. */
export interface TemplateAt {
  /** Names that lead to the tag: `["damir", "sql"]` for `damir.sql`. */
  tag: string[];
  /** What stands between the backticks, each `${…}` blanked to `${ }` of the same length. */
  text: string;
  /** Where the text begins in the cell. */
  start: number;
  /** Where the cursor is in the text. */
  cursor: number;
}

/** The innermost tagged template whose own text holds `offset`; undefined inside its `${…}` and elsewhere. */
export function templateAt(ts: typeof typescript, code: string, offset: number): TemplateAt | undefined {
  const source = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  let found: TemplateAt | undefined;
  const visit = (node: typescript.Node): void => {
    if (ts.isTaggedTemplateExpression(node)) {
      const here = textAround(ts, source, node, offset);
      if (here !== undefined) found = here;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textAround(
  ts: typeof typescript,
  source: typescript.SourceFile,
  node: typescript.TaggedTemplateExpression,
  offset: number,
): TemplateAt | undefined {
  const { template } = node;
  const tag = namesOf(ts, node.tag);
  const start = template.getStart(source) + 1;
  const whole = source.text.slice(start, template.end);
  const end = isClosed(whole) ? template.end - 1 : template.end;
  if (tag === undefined || offset < start || offset > end) return undefined;
  let text = source.text.slice(start, end);
  if (ts.isTemplateExpression(template)) {
    for (const { expression, literal } of template.templateSpans) {
      const [from, to] = [expression.pos, literal.getStart(source)];
      if (offset >= from && offset <= to) return undefined;
      text = text.slice(0, from - start) + " ".repeat(to - from) + text.slice(to - start);
    }
  }
  return { tag, text, start, cursor: offset - start };
}

function isClosed(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*`$/.test(text);
}

function namesOf(ts: typeof typescript, tag: typescript.Expression): string[] | undefined {
  if (ts.isIdentifier(tag)) return [tag.text];
  if (!ts.isPropertyAccessExpression(tag)) return undefined;
  const owner = namesOf(ts, tag.expression);
  return owner && [...owner, tag.name.text];
}
