import { escapeIdentifier } from "pg";

/** A table of a schema, quoted. */
export function qualified(schema: string, name: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}
