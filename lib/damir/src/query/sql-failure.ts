/** What went wrong with a query, whatever engine says so. */
export type SqlFailureKind =
  | "syntax"
  | "unknown column"
  | "unknown table"
  | "unknown function"
  | "not grouped"
  | "conversion"
  | "value"
  | "binding"
  | "interrupted"
  | "too long"
  | "too large"
  | "closed"
  | "memory"
  | "files"
  | "forbidden"
  | "disk full"
  | "server";

/** An engine's error in neutral form. */
export interface SqlFailure {
  kind: SqlFailureKind;
  /** The engine's own words. */
  message: string;
  /** Where in the text of the query, in UTF-16 units from 0; undefined where the engine doesn't say. */
  position?: number;
  /** The name, or the value, that it didn't take. */
  subject?: string;
}

/** An engine's error in neutral form; undefined for an error that isn't about a query. */
export function sqlFailureOf(error: unknown, text: string): SqlFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  return duckDBFailure(error, text) ?? postgresFailure(error);
}

/** What DuckDB writes under `errors_as_json`. */
interface DuckDBFailure {
  exception_type: string;
  exception_message: string;
  error_subtype?: string;
  /** In bytes from 0. */
  position?: string;
  name?: string;
  type?: string;
}

const duckDBKinds: Readonly<Record<string, SqlFailureKind>> = {
  Parser: "syntax",
  Syntax: "syntax",
  Binder: "binding",
  Catalog: "binding",
  Conversion: "conversion",
  "Mismatch Type": "conversion",
  "Invalid Input": "value",
  "Out of Range": "value",
  INTERRUPT: "interrupted",
  "Out of Memory": "memory",
  IO: "files",
  HTTP: "files",
  Permission: "forbidden",
};

function duckDBFailure({ message }: Error, text: string): SqlFailure | undefined {
  const json = /\{"exception_type":[\s\S]*\}\s*$/.exec(message)?.[0];
  if (json === undefined) return plainDuckDBFailure(message);
  const said = JSON.parse(json) as DuckDBFailure;
  const kind = duckDBKinds[said.exception_type];
  if (kind === undefined) return undefined;
  const failure: SqlFailure = { kind, message: said.exception_message, ...duckDBSubject(said) };
  return said.position === undefined
    ? failure
    : { ...failure, position: Buffer.from(text).subarray(0, Number(said.position)).toString().length };
}

/** A few errors come as text, such as one met while rows are fetched. */
function plainDuckDBFailure(message: string): SqlFailure | undefined {
  if (/connection (?:disconnected|closed)/i.test(message)) return { kind: "closed", message };
  const [, type = "", detail = ""] = /(?:^|: )([A-Z]\w*(?: [A-Z]\w*)*) Error: ([\s\S]*)$/.exec(message) ?? [];
  const kind = duckDBKinds[type];
  if (kind === undefined) return undefined;
  return { kind, message: detail, ...duckDBSubject({ exception_type: type, exception_message: detail }) };
}

function duckDBSubject(said: DuckDBFailure): Partial<SqlFailure> {
  const { exception_message: message, exception_type: type, name } = said;
  if (said.error_subtype === "COLUMN_NOT_FOUND" && name !== undefined) {
    return { kind: "unknown column", subject: name };
  }
  return (
    subjectIn(message, [
      [/does not have a column named "([^"]+)"/, "unknown column"],
      [/Referenced column "([^"]+)" not found/, "unknown column"],
      [/Table with name (\S+) does not exist/, "unknown table"],
      [/Referenced table "([^"]+)" not found/, "unknown table"],
      [/Function with name (\S+) does not exist/, "unknown function"],
      [/column "([^"]+)" must appear in the GROUP BY/, "not grouped"],
    ]) ??
    (type === "Conversion"
      ? (subjectIn(message, [[/(?:'((?:[^']|'')*)'|"([^"]*)")/, "conversion"]]) ?? {})
      : {})
  );
}

/** PostgreSQL's errors by their SQLSTATE, or by its class where the whole of it is of a kind. */
const postgresKinds: Readonly<Record<string, SqlFailureKind>> = {
  "42601": "syntax",
  "42703": "unknown column",
  "42P01": "unknown table",
  "42883": "unknown function",
  "42803": "not grouped",
  "42501": "forbidden",
  "25006": "forbidden",
  "57014": "interrupted",
  "53100": "disk full",
  "53400": "too large",
  "53200": "memory",
  "22P02": "conversion",
  "22007": "conversion",
  "22008": "conversion",
  "22": "value",
  "42": "binding",
  "53": "server",
  "57": "server",
  "08": "server",
};

function postgresFailure(error: Error): SqlFailure | undefined {
  const { code, severity, position } = error as { code?: unknown; severity?: unknown; position?: unknown };
  if (typeof code !== "string" || typeof severity !== "string") return undefined;
  const kind = postgresKinds[code] ?? postgresKinds[code.slice(0, 2)];
  if (kind === undefined) return undefined;
  const { message } = error;
  // The same code as an interruption's.
  if (/statement timeout/.test(message)) return { kind: "too long", message };
  const subject = subjectIn(message, [
    [/column "?(?:[^".]+\.)?([^".\s]+)"? does not exist/, kind],
    [/relation "([^"]+)" does not exist/, kind],
    [/missing FROM-clause entry for table "([^"]+)"/, kind],
    [/function ([^(\s]+)\(.*does not exist/, kind],
    [/column "(?:[^".]+\.)?([^"]+)" must appear in the GROUP BY/, kind],
    [/invalid input syntax for type [^:]+: "([\s\S]*)"/, kind],
  ]);
  return {
    kind,
    message,
    ...subject,
    // Characters from 1.
    ...(typeof position === "string" ? { position: Number(position) - 1 } : {}),
  };
}

function subjectIn(
  message: string,
  forms: readonly (readonly [form: RegExp, kind: SqlFailureKind])[],
): { kind: SqlFailureKind; subject: string } | undefined {
  for (const [form, kind] of forms) {
    const subject = form
      .exec(message)
      ?.slice(1)
      .find((group: string | undefined) => group !== undefined);
    if (subject !== undefined) return { kind, subject };
  }
  return undefined;
}
