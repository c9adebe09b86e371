/** What a server filled by `damir serve load` has, and under which names: the loader writes it, the engine reads it. */

/** Schema of the tables, of the functions that DuckDB has and PostgreSQL lacks, and of the manifest. */
export const serverSchema = "atelier";

/** Table of that schema with one row a table: its name, and its description in the store's manifest (`StoreTable`) as JSON. */
export const manifestTable = "manifeste";

/** The role that reads and can do nothing else. */
export const readerRole = "damir_lecture";

/**
 * Where a session looks names up. The schema comes before PostgreSQL's own one, so that its operators hide theirs: `7 / 2` is
 * 3.5 as in DuckDB, not 3.
 */
export const serverSearchPath = `${serverSchema},pg_catalog`;
