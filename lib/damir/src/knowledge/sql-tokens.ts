/** What a piece of SQL is: a name, a quoted name, a text, a number, a comment, a `${…}` of the template, or any other sign. */
export type SqlTokenKind = "word" | "quoted" | "text" | "number" | "comment" | "value" | "sign";

/** A piece of SQL at its place. */
export interface SqlToken {
  kind: SqlTokenKind;
  /** As it is written, quotes included. */
  text: string;
  start: number;
  end: number;
  /** False for a text, a quoted name, a comment or a `${` that the end cuts: it is being typed. */
  closed: boolean;
}

const patterns: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ["comment", /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["value", /\$\{[^}]*(?:\}|$)/y],
  ["text", /'(?:[^']|'')*(?:'|$)/y],
  ["quoted", /"(?:[^"]|"")*(?:"|$)/y],
  ["number", /\d+(?:\.\d*)?(?:e[+-]?\d+)?/iy],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["sign", /<>|<=|>=|!=|==|::|\|\||[^\s]/y],
];

/** The pieces of a query that may be unfinished: completion comes while it is typed, when no parser can read it. */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let place = 0;
  while (place < text.length) {
    const token = tokenAt(text, place);
    if (token) tokens.push(token);
    place = token?.end ?? place + 1;
  }
  return tokens;
}

function tokenAt(text: string, start: number): SqlToken | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && found !== "") {
      return { kind, text: found, start, end: start + found.length, closed: isClosed(kind, found) };
    }
  }
  return undefined;
}

function isClosed(kind: SqlTokenKind, text: string): boolean {
  switch (kind) {
    case "text":
      return /^'(?:[^']|'')*'$/.test(text);
    case "quoted":
      return /^"(?:[^"]|"")*"$/.test(text);
    case "comment":
      return text.startsWith("--") ? false : text.endsWith("*/") && text.length > 3;
    case "value":
      return text.endsWith("}");
    default:
      return true;
  }
}

/** The name that a token writes, as the engine knows it: in lower case unless it is quoted. */
export function nameOf({ kind, text, closed }: SqlToken): string {
  if (kind !== "quoted") return text.toLowerCase();
  return text.slice(1, closed ? -1 : undefined).replaceAll('""', '"');
}
