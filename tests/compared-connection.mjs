/**
 * The `damir` that a starter's cells import when its queries are compared: `connect` reads the store, and asks the server the same. It
 * prints a JSON line for each query that was answered: its text, and what differs.
 */
import { connect as connectTo } from "../lib/damir/dist/index.js";

export * from "../lib/damir/dist/index.js";

/** Floating-point sums differ in their last digits with the order of the rows. */
const tolerance = 1e-9;

/**
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
function same(one, other) {
  if (typeof one === "number" && typeof other === "number") {
    return (
      Object.is(one, other) || Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other))
    );
  }
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  return one === other;
}

/** @param {import("damir").Result} result */
function linesOf(result) {
  return result.shown.map((row) => result.columns.map(({ name }) => row[name] ?? null));
}

/** @param {unknown[]} line */
function key(line) {
  return line.map((value) => (typeof value === "number" ? value.toPrecision(6) : String(value))).join("\t");
}

/**
 * The place of the first line that differs; -1 where none does.
 * @param {unknown[][]} lines
 * @param {unknown[][]} others
 */
function firstDifference(lines, others) {
  return lines.findIndex((line, index) => !same(line, others[index]));
}

/**
 * True when rows come in the same order but for those that the query's order leaves equal: what it sorts on goes the same way.
 * @param {unknown[][]} lines
 * @param {unknown[][]} others
 */
function sameOrder(lines, others) {
  const columns = (lines[0] ?? []).map((_, column) => column);
  return columns.some((column) => {
    const [values, otherValues] = [lines.map((line) => line[column]), others.map((line) => line[column])];
    return new Set(values.map(String)).size > 1 && same(values, otherValues);
  });
}

/**
 * What differs between the two answers of a query; an empty text where nothing does.
 * @param {string} text
 * @param {import("damir").Result} store
 * @param {import("damir").Result} server
 */
export function difference(text, store, server) {
  const columns = (/** @type {import("damir").Result} */ result) =>
    result.columns.map(({ name, kind }) => `${name} ${kind}`).join(", ");
  if (columns(store) !== columns(server)) return `columns ${columns(store)} and ${columns(server)}`;
  if (store.length !== server.length) return `${store.length} rows and ${server.length}`;
  const ordered = /\bORDER\s+BY\b/i.test(text);
  // Any five rows are right then.
  if (/\bLIMIT\b/i.test(text) && !ordered) return "";
  const [lines, others] = [linesOf(store), linesOf(server)];
  if (firstDifference(lines, others) < 0) return "";
  if (ordered && !sameOrder(lines, others)) {
    const at = firstDifference(lines, others);
    return `row ${at + 1}: ${key(lines[at] ?? [])} and ${key(others[at] ?? [])}`;
  }
  const byKey = (/** @type {unknown[]} */ one, /** @type {unknown[]} */ other) =>
    key(one) < key(other) ? -1 : 1;
  const [sorted, otherSorted] = [lines.sort(byKey), others.sort(byKey)];
  const at = firstDifference(sorted, otherSorted);
  return at < 0 ? "" : `row ${key(sorted[at] ?? [])} and ${key(otherSorted[at] ?? [])}`;
}

/**
 * A connection whose queries are asked twice: of the store in DAMIR_HOME and of the server at DAMIR_URL. A store that a starter asks
 * for itself, to join its own files to it, is what it is.
 * @param {import("damir").ConnectOptions} [options]
 */
export async function connect(options) {
  if (options?.home !== undefined) return connectTo(options);
  const [store, server] = await Promise.all([
    connectTo({ home: process.env["DAMIR_HOME"] ?? "" }),
    connectTo({ url: process.env["DAMIR_URL"] ?? "" }),
  ]);
  const ask = store.sql.bind(store);
  const askBoth = (
    /** @type {TemplateStringsArray} */ strings,
    /** @type {import("damir").SqlPart[]} */ ...parts
  ) => {
    const query = ask(strings, ...parts);
    const result = query.result.bind(query);
    /** @type {Promise<import("damir").Result> | undefined} */
    let both;
    Object.defineProperty(query, "result", {
      value: () =>
        (both ??= (async () => {
          const [one, other] = await Promise.all([result(), server.sql(strings, ...parts).result()]);
          const found = difference(query.text, one, other);
          process.stdout.write(`${JSON.stringify({ query: query.text, difference: found })}\n`);
          return one;
        })()),
    });
    return query;
  };
  store.sql = /** @type {typeof store.sql} */ (askBoth);
  return store;
}
