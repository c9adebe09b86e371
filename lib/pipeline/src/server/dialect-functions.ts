import { serverFunctions } from "damir";

/*
 * What notebooks write in DuckDB's SQL and PostgreSQL lacks, or answers otherwise. All of it stands in one schema that each load makes
 * anew; sessions look there before PostgreSQL's own schema. Bodies qualify their operators: they must not find our own.
 */

const integers = ["smallint", "integer", "bigint"] as const;

/** Division as DuckDB does it: of whole numbers too it isn't cut, and by zero it is infinite. Inlined where it is used. */
function division(left: string, right: string): string[] {
  const [a, b] = ["$1::double precision", "$2::double precision"];
  return [
    `CREATE FUNCTION quotient(${left}, ${right}) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
       SELECT CASE WHEN ${b} OPERATOR(pg_catalog.=) 0 THEN
                CASE WHEN ${a} OPERATOR(pg_catalog.>) 0 THEN 'Infinity'::double precision
                     WHEN ${a} OPERATOR(pg_catalog.<) 0 THEN '-Infinity'::double precision
                     WHEN ${a} OPERATOR(pg_catalog.=) 0 THEN 'NaN'::double precision END
              ELSE ${a} OPERATOR(pg_catalog./) ${b} END $$`,
    `CREATE OPERATOR / (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = quotient)`,
  ];
}

const divisions = [
  ...integers.flatMap((left) => integers.map((right) => [left, right] as const)),
  ["numeric", "numeric"] as const,
  ["double precision", "double precision"] as const,
].flatMap(([left, right]) => division(left, right));

/**
 * One function: `name(arguments) returns type`, whose body is one expression, which PostgreSQL writes in the place of the call.
 * @param volatility that of what it calls: it wouldn't be written there else
 */
function expression(
  signature: string,
  returns: string,
  body: string,
  volatility: "IMMUTABLE" | "STABLE" = "IMMUTABLE",
): string {
  return `CREATE FUNCTION ${signature} RETURNS ${returns} LANGUAGE sql ${volatility} PARALLEL SAFE AS $$ SELECT ${body} $$`;
}

/** A number rounded to a multiple of 1 / unit. */
function halfAway(number: string, unit: string): string {
  const units = `pg_catalog.abs(${number}) OPERATOR(pg_catalog.*) ${unit}`;
  const rounded = `pg_catalog.floor(${units} OPERATOR(pg_catalog.+) 0.5::double precision)`;
  return `pg_catalog.sign(${number}) OPERATOR(pg_catalog.*) ${rounded} OPERATOR(pg_catalog./) ${unit}`;
}

const scalars = [
  // Half away from zero, on the binary number: PostgreSQL's own goes to the even one.
  expression("round(double precision)", "double precision", halfAway("$1", "1.0::double precision")),
  expression(
    "round(double precision, integer)",
    "double precision",
    halfAway("$1", "pg_catalog.power(10.0::double precision, $2)"),
  ),
  expression("date_trunc(text, date)", "timestamp", "pg_catalog.date_trunc($1, $2::timestamp)"),
  expression("divide(bigint, bigint)", "bigint", "$1 OPERATOR(pg_catalog./) NULLIF($2, 0)"),
  expression("ifnull(anycompatible, anycompatible)", "anycompatible", "coalesce($1, $2)"),
  expression("contains(text, text)", "boolean", "pg_catalog.strpos($1, $2) OPERATOR(pg_catalog.>) 0"),
  expression("len(text)", "bigint", "pg_catalog.length($1)::bigint"),
  ...["year", "quarter", "month", "day", "week", "hour", "minute"].map((part) =>
    expression(`${part}(timestamp)`, "bigint", `pg_catalog.date_part('${part}', $1)::bigint`),
  ),
  expression("dayofweek(timestamp)", "bigint", "pg_catalog.date_part('dow', $1)::bigint"),
  expression("isodow(timestamp)", "bigint", "pg_catalog.date_part('isodow', $1)::bigint"),
  expression("monthname(timestamp)", "text", "pg_catalog.to_char($1, 'FMMonth')", "STABLE"),
  expression("dayname(timestamp)", "text", "pg_catalog.to_char($1, 'FMDay')", "STABLE"),
  expression(
    "last_day(timestamp)",
    "date",
    "(pg_catalog.date_trunc('month', $1) OPERATOR(pg_catalog.+) INTERVAL '1 month' OPERATOR(pg_catalog.-) INTERVAL '1 day')::date",
  ),
  // Bounds that are crossed between the two, as DuckDB counts them.
  expression(
    "date_diff(text, timestamp, timestamp)",
    "bigint",
    `(CASE pg_catalog.lower($1)
       WHEN 'day' THEN $3::date - $2::date
       WHEN 'week' THEN (date_trunc('week', $3)::date - date_trunc('week', $2)::date) / 7
       WHEN 'month' THEN 12 * (date_part('year', $3) - date_part('year', $2)) + date_part('month', $3) - date_part('month', $2)
       WHEN 'quarter' THEN 4 * (date_part('year', $3) - date_part('year', $2)) + date_part('quarter', $3) - date_part('quarter', $2)
       WHEN 'year' THEN date_part('year', $3) - date_part('year', $2)
     END)::bigint`,
  ),
  // The form of to_char that a form of strftime asks for; what isn't a code is quoted. Made once a query where the form is a constant.
  `CREATE FUNCTION strftime_form(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
     SET search_path = pg_catalog AS $$
     SELECT string_agg(CASE piece[1]
       WHEN '%Y' THEN 'YYYY' WHEN '%y' THEN 'YY' WHEN '%m' THEN 'MM' WHEN '%-m' THEN 'FMMM' WHEN '%d' THEN 'DD'
       WHEN '%-d' THEN 'FMDD' WHEN '%H' THEN 'HH24' WHEN '%I' THEN 'HH12' WHEN '%M' THEN 'MI' WHEN '%S' THEN 'SS'
       WHEN '%j' THEN 'DDD' WHEN '%u' THEN 'ID' WHEN '%B' THEN 'FMMonth' WHEN '%b' THEN 'Mon' WHEN '%A' THEN 'FMDay'
       WHEN '%a' THEN 'Dy' WHEN '%V' THEN 'IW' WHEN '%G' THEN 'IYYY' WHEN '%%' THEN '"%"'
       ELSE '"' || replace(replace(piece[1], '\\', '\\\\'), '"', '\\"') || '"' END, '' ORDER BY place)
     FROM regexp_matches($1, '%-?.|[^%]+', 'g') WITH ORDINALITY AS pieces (piece, place) $$`,
  expression(
    "strftime(timestamp, text)",
    "text",
    `pg_catalog.to_char($1, ${serverFunctions}.strftime_form($2))`,
    "STABLE",
  ),
];

const aggregates = [
  `CREATE FUNCTION first_of(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT $1 $$`,
  `CREATE AGGREGATE any_value(anyelement) (SFUNC = first_of, STYPE = anyelement, COMBINEFUNC = first_of, PARALLEL = SAFE)`,
  `CREATE FUNCTION count_true(bigint, boolean) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
     SELECT CASE WHEN $2 THEN $1 OPERATOR(pg_catalog.+) 1 ELSE $1 END $$`,
  `CREATE AGGREGATE count_if(boolean) (SFUNC = count_true, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE)`,
  `CREATE AGGREGATE list(anycompatible) (SFUNC = array_append, STYPE = anycompatiblearray)`,
  // Of the values of a group, kept in an array: the share first, where there is one.
  `CREATE FUNCTION median_of(double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
     SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY value) FROM unnest($1) AS value $$`,
  `CREATE AGGREGATE median(double precision) (SFUNC = array_append, STYPE = double precision[], FINALFUNC = median_of)`,
  `CREATE FUNCTION keep_share(double precision[], double precision, double precision) RETURNS double precision[]
     LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
     SELECT CASE WHEN $1 IS NULL THEN ARRAY[$3, $2] ELSE array_append($1, $2) END $$`,
  `CREATE FUNCTION quantile_of(double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
     SELECT percentile_cont($1[1]) WITHIN GROUP (ORDER BY value) FROM unnest($1[2:]) AS value $$`,
  `CREATE AGGREGATE quantile_cont(double precision, double precision) (SFUNC = keep_share, STYPE = double precision[], FINALFUNC = quantile_of)`,
];

/** DuckDB's names of types, for CAST. */
const domains = [
  `CREATE DOMAIN "double" AS double precision`,
  "CREATE DOMAIN hugeint AS numeric(39,0)",
  "CREATE DOMAIN tinyint AS smallint",
  'CREATE DOMAIN string AS text COLLATE "C"',
];

/** The statements that make the schema of the functions anew, within the load's last transaction. */
export function dialectStatements(): string[] {
  return [
    `DROP SCHEMA IF EXISTS ${serverFunctions} CASCADE`,
    `CREATE SCHEMA ${serverFunctions}`,
    // pg_catalog first: within these bodies, a division is PostgreSQL's.
    `SET LOCAL search_path = pg_catalog, ${serverFunctions}`,
    ...[...domains, ...scalars, ...aggregates, ...divisions].map(inSchema),
    "SET LOCAL search_path = pg_catalog",
  ];
}

/** Writes where a statement makes what it makes. */
function inSchema(statement: string): string {
  return statement
    .replace(/^(CREATE (?:FUNCTION|AGGREGATE|OPERATOR|DOMAIN) )/, `$1${serverFunctions}.`)
    .replace("FUNCTION = quotient", `FUNCTION = ${serverFunctions}.quotient`);
}
