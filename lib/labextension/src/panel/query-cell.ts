/** `const damir = await connect();`, whatever the name. */
const connection = /\b(?:const|let|var)\s+([\p{L}$_][\p{L}\p{N}$_]*)[^=;\n]*=\s*await\s+connect\s*\(/u;

/**
 * TypeScript of a cell that runs a query.
 * @param sql query as the dictionary writes it
 * @param cells sources of the notebook's code cells: the connection that one of them opens is used, else the cell opens its own
 * @example cellOfQuery("SELECT 1", ["const base = await connect();"]) // "await base.sql`\n  SELECT 1\n`"
 */
export function cellOfQuery(sql: string, cells: readonly string[]): string {
  const name = cells.map((source) => connection.exec(source)?.[1]).findLast((found) => found !== undefined);
  const text = sql.replace(/[\\`]|\$\{/g, "\\$&");
  const query = `await ${name ?? "damir"}.sql\`\n${text.replace(/^/gm, "  ")}\n\``;
  if (name !== undefined) return query;
  return `import { connect } from "damir";\n\nconst damir = await connect();\n\n${query}`;
}
