/** What a position of a query is in: code, or what ends with the given text. */
const openings: readonly (readonly [opening: string, closing: string])[] = [
  ["'", "'"],
  ['"', '"'],
  ["--", "\n"],
  ["/*", "*/"],
];

/** A quoted text between dollars, as in `$$it's$$`; `$1` isn't one. */
const dollarQuote = /\$(?:[A-Za-z_]\w*)?\$/y;

/**
 * A statement without the comments and the semicolon after it: what may stand between parentheses, in another statement.
 *
 * @example
 * statementOf("SELECT ';' AS a; -- fin"); // "SELECT ';' AS a"
 */
export function statementOf(text: string): string {
  let end = 0;
  for (let index = 0; index < text.length;) {
    dollarQuote.lastIndex = index;
    const dollars = dollarQuote.exec(text)?.[0];
    const [opening, closing] = openings.find(([start]) => text.startsWith(start, index)) ?? [
      dollars,
      dollars,
    ];
    if (opening === undefined || closing === undefined) {
      index++;
      if (!/[\s;]/.test(text[index - 1] ?? "")) end = index;
      continue;
    }
    const found = text.indexOf(closing, index + opening.length);
    index = found < 0 ? text.length : found + closing.length;
    if (opening !== "--" && opening !== "/*") end = index;
  }
  return text.slice(0, end);
}
