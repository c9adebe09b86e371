/** The `damir` that a starter's cells import when its queries are noted: each is written as a JSON line. */
import { connect as connectTo } from "../lib/damir/dist/index.js";

export * from "../lib/damir/dist/index.js";

/** @param {import("../lib/damir/dist/index.js").ConnectOptions} [options] */
export async function connect(options) {
  const damir = await connectTo(options);
  if (options?.home !== undefined) return damir;
  const ask = damir.sql.bind(damir);
  damir.sql = /** @type {typeof damir.sql} */ (
    (/** @type {TemplateStringsArray} */ pieces, /** @type {any[]} */ ...parts) => {
      const query = ask(pieces, ...parts);
      const { strings, values } = query;
      process.stdout.write(`${JSON.stringify({ strings, values })}\n`);
      return query;
    }
  );
  return damir;
}
