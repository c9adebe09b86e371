/** What a server filled by `damir serve load` has, and under which names: the loader writes it, the engine reads it. */

/**
 * Schema of the tables and of the manifest.
 * @internal
 */
export const serverSchema = "atelier";

/**
 * Schema of the functions and operators that DuckDB has and PostgreSQL lacks, or has in another way.
 * @internal
 */
export const serverFunctions = "atelier_fonctions";

/**
 * Table of the schema with one row a table: its name, and its description in the store's manifest (`StoreTable`) as JSON.
 * @internal
 */
export const manifestTable = "manifeste";

/**
 * The role that reads and can do nothing else.
 * @internal
 */
export const readerRole = "damir_lecture";

/**
 * The group of those that read: {@link readerRole} and the teams. Nobody enters as it, as members of a role may change its password and
 * end its sessions: it has neither.
 * @internal
 */
export const readersGroup = "damir_lecteurs";

/**
 * Where a session looks names up. Our functions come before PostgreSQL's own, so that its operators are hidden by ours: `7 / 2`
 * is 3.5 as in DuckDB, not 3.
 * @internal
 */
export const serverSearchPath = `${serverSchema},${serverFunctions},pg_catalog`;
