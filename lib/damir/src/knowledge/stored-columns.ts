import type { Engine } from "../engine/engine.js";
import type { StoreTable } from "../store.js";
import type { StoredColumns } from "./sql-scope.js";

interface Known {
  tables: readonly StoreTable[];
  columns: Promise<StoredColumns>;
}

const known = new WeakMap<object, Known>();

/** The columns of an engine's tables, asked for again when a table was added or replaced: a keystroke doesn't wait for them. */
export async function storedColumns(engine: Pick<Engine, "tables" | "columns">): Promise<StoredColumns> {
  const tables = [...engine.tables.values()];
  const before = known.get(engine);
  if (
    before?.tables.length === tables.length &&
    before.tables.every((table, index) => table === tables[index])
  ) {
    return before.columns;
  }
  const columns = engine.columns();
  known.set(engine, { tables, columns });
  try {
    return await columns;
  } catch (error) {
    known.delete(engine);
    throw error;
  }
}
