import type { Engine } from "../engine/engine.js";
import { checkRules, warningsOf, type GuardRailsOption } from "../guard-rails/guard-rails.js";
import { showWarnings } from "../guard-rails/notice.js";
import type { Months } from "../guard-rails/trap.js";
import type { Reading } from "../query/reading.js";
import type { SqlFragment } from "../query/sql.js";
import type { Warning } from "../query/warning.js";

/** True for a table that some rule speaks of: the others' queries aren't looked at. */
function hasTraps(table: string): boolean {
  return table.startsWith("damir") || table === "population" || table === "medecins";
}

/** Looks for the traps of the data in the queries of a connection, and shows them. */
export class QueryWarnings {
  readonly #engine: Engine;
  readonly #silenced: readonly string[] | undefined;
  /** Columns of the tables, as long as these are the same ones. */
  #columns: { tables: string; names: Promise<ReadonlyMap<string, readonly string[]>> } | undefined;

  /** @throws UserError for a rule that doesn't exist */
  constructor(engine: Engine, option: GuardRailsOption = true) {
    this.#engine = engine;
    const silenced = typeof option === "object" ? option.silence : [];
    checkRules(silenced);
    this.#silenced = option === false ? undefined : silenced;
  }

  /**
   * The warnings of a query that ran, shown once a run of the cell.
   * @param silenced rules that this query is known to break
   * @throws UserError for a rule that doesn't exist
   */
  async show(query: SqlFragment, reading: Reading, silenced: readonly string[]): Promise<readonly Warning[]> {
    checkRules(silenced);
    const all = this.#silenced;
    if (all === undefined || ![...reading.names].some(hasTraps)) return [];
    const columns = await this.#columnNames();
    const warnings = warningsOf(reading, query.values, {
      columns,
      months: (table) => this.#months(table),
    }).filter(({ rule }) => !all.includes(rule) && !silenced.includes(rule));
    showWarnings(warnings, query.text);
    return warnings;
  }

  #columnNames(): Promise<ReadonlyMap<string, readonly string[]>> {
    const tables = [...this.#engine.tables.keys()].join();
    if (this.#columns?.tables !== tables) this.#columns = { tables, names: this.#readColumnNames() };
    return this.#columns.names;
  }

  async #readColumnNames(): Promise<ReadonlyMap<string, readonly string[]>> {
    const columns = await this.#engine.columns();
    return new Map([...columns].map(([table, list]) => [table, list.map(({ name }) => name)]));
  }

  #months(table: string): Months | undefined {
    const months = (this.#engine.tables.get(table)?.files ?? []).flatMap(({ month }) => month ?? []).sort();
    const [first, last] = [months[0], months.at(-1)];
    return first === undefined || last === undefined
      ? undefined
      : { first: Number(first), last: Number(last) };
  }
}
