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
  | "ended"
  | "too long"
  | "too large"
  | "closed"
  | "memory"
  | "server memory"
  | "temporary disk"
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
  return duckDBFailure(error, text) ?? postgresFailure(error) ?? sparkFailure(error, text);
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
  const kind = duckDBKind(said.exception_type, said.exception_message);
  if (kind === undefined) return undefined;
  const failure: SqlFailure = { kind, message: said.exception_message, ...duckDBSubject(said) };
  return said.position === undefined
    ? failure
    : { ...failure, position: Buffer.from(text).subarray(0, Number(said.position)).toString().length };
}

/** What spills from memory may find no room on the disk either: DuckDB calls both the same, or an error of files. */
function duckDBKind(type: string, message: string): SqlFailureKind | undefined {
  const spilling = /max_temp_directory_size|No space left on device/.test(message);
  return spilling && (type === "Out of Memory" || type === "IO") ? "temporary disk" : duckDBKinds[type];
}

/** A few errors come as text, such as one met while rows are fetched. */
function plainDuckDBFailure(message: string): SqlFailure | undefined {
  if (/connection (?:disconnected|closed)/i.test(message)) return { kind: "closed", message };
  const [, type = "", detail = ""] = /(?:^|: )([A-Z]\w*(?: [A-Z]\w*)*) Error: ([\s\S]*)$/.exec(message) ?? [];
  const kind = duckDBKind(type, detail);
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
  "57014": "ended",
  "53100": "disk full",
  "53400": "too large",
  "53200": "server memory",
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
  // Memory that the processes of a parallel query share stands on a disk of its own.
  if (/shared memory segment/.test(message)) return { kind: "server memory", message };
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

/** Spark's errors by the beginning of their class. */
const sparkKinds: readonly (readonly [errorClass: RegExp, kind: SqlFailureKind])[] = [
  [/^PARSE_SYNTAX_ERROR/, "syntax"],
  [/^UNRESOLVED_(COLUMN|FIELD)/, "unknown column"],
  [/^TABLE_OR_VIEW_NOT_FOUND/, "unknown table"],
  [/^UNRESOLVED_ROUTINE/, "unknown function"],
  [/^MISSING_AGGREGATION/, "not grouped"],
  [/^CAST_INVALID_INPUT/, "conversion"],
  [
    /^(ARITHMETIC_OVERFLOW|BINARY_ARITHMETIC_OVERFLOW|NUMERIC_VALUE_OUT_OF_RANGE|CAST_OVERFLOW|INVALID_PARAMETER_VALUE)/,
    "value",
  ],
  [/^OPERATION_CANCELED/, "interrupted"],
  [/^(UNABLE_TO_ACQUIRE_MEMORY|_LEGACY_ERROR_TEMP_MEMORY)/, "memory"],
  [/^(FAILED_READ_FILE|PATH_NOT_FOUND)/, "files"],
];

function sparkFailure(error: Error, text: string): SqlFailure | undefined {
  const { errorClass, parameters = {} } = error as {
    errorClass?: unknown;
    parameters?: Readonly<Record<string, string>>;
  };
  if (error.name !== "SparkError" || typeof errorClass !== "string") return undefined;
  const [first = ""] = error.message.split("\n");
  // The class and the SQLSTATE around Spark's words say nothing to who reads them.
  const message = first.replace(/^\[[\w.]+\]\s*/, "").replace(/\s*SQLSTATE: \w+.*$/, "");
  const known = sparkKinds.find(([beginning]) => beginning.test(errorClass))?.[1];
  const kind =
    known ?? (/OutOfMemory/.test(error.message) ? "memory" : errorClass === "" ? "server" : "binding");
  if (/cancel/i.test(message) && errorClass === "") return { kind: "interrupted", message };
  const { objectName, relationName, routineName, expression } = parameters;
  const named = objectName ?? relationName ?? routineName ?? expression;
  if (named === undefined) return { kind, message };
  const subject = /`([^`]+)`"?$/.exec(named)?.[1] ?? named.replace(/^["']+|["']+$/g, "");
  const position = placeOf(subject, text);
  return { kind, message, subject, ...(position < 0 ? {} : { position }) };
}

/** Where a query first has a name; -1 where it hasn't. */
function placeOf(name: string, text: string): number {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.search(new RegExp(`(?<![\\w.])(?:\\w+\\.)?"?${escaped}"?(?!\\w)`, "i"));
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
