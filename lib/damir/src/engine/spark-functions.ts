import type { SyntaxNode } from "../query/syntax-node.js";
import { constantText, text, untranslated } from "./spark-syntax.js";

/** A function of DuckDB's as Spark has it: from its arguments, written, and from their nodes where a constant matters. */
export type SparkFunction = (args: readonly string[], nodes: readonly SyntaxNode[]) => string;

const renamed =
  (name: string): SparkFunction =>
  (args) =>
    `${name}(${args.join(", ")})`;

const double = (expression: string | undefined) => `CAST(${expression ?? "NULL"} AS DOUBLE)`;

/** What extract and date_part take: DuckDB's days of the week start at 0, Spark's at 1. */
const parts: Readonly<Record<string, (date: string) => string>> = {
  year: (date) => `year(${date})`,
  isoyear: (date) => `extract(YEAROFWEEK FROM ${date})`,
  quarter: (date) => `quarter(${date})`,
  month: (date) => `month(${date})`,
  week: (date) => `weekofyear(${date})`,
  day: (date) => `day(${date})`,
  doy: (date) => `dayofyear(${date})`,
  dow: (date) => `(dayofweek(${date}) - 1)`,
  isodow: (date) => `(weekday(${date}) + 1)`,
  hour: (date) => `hour(${date})`,
  minute: (date) => `minute(${date})`,
  second: (date) => `second(${date})`,
};

const partNames: Readonly<Record<string, string>> = {
  dayofweek: "dow",
  dayofyear: "doy",
  weekday: "dow",
  weekofyear: "week",
};

const partOf: SparkFunction = ([, date = ""], [part]) => {
  const name = constantText(part)?.toLowerCase() ?? "";
  const write = parts[partNames[name] ?? name];
  if (write === undefined)
    throw untranslated(
      `la partie de date « ${name} »`,
      "prenez year, quarter, month, week, day, doy, dow ou isodow.",
    );
  return write(date);
};

const months = (date: string) => `(12 * year(${date}) + month(${date}))`;
const quarters = (date: string) => `(4 * year(${date}) + quarter(${date}))`;
const monday = (date: string) => `date_trunc('WEEK', ${date})`;

/** Bounds that are crossed between two dates, as DuckDB counts them. */
const differences: Readonly<Record<string, (from: string, to: string) => string>> = {
  year: (from, to) => `(year(${to}) - year(${from}))`,
  quarter: (from, to) => `(${quarters(to)} - ${quarters(from)})`,
  month: (from, to) => `(${months(to)} - ${months(from)})`,
  week: (from, to) => `(datediff(${monday(to)}, ${monday(from)}) div 7)`,
  day: (from, to) => `datediff(${to}, ${from})`,
};

const dateDiff: SparkFunction = ([, from = "", to = ""], [unit]) => {
  const name = constantText(unit)?.toLowerCase().replace(/s$/, "") ?? "";
  const write = differences[name];
  if (write === undefined)
    throw untranslated(`date_diff en « ${name} »`, "prenez year, quarter, month, week ou day.");
  return write(from, to);
};

const dateForms: Readonly<Record<string, string>> = {
  "%Y": "yyyy",
  "%y": "yy",
  "%m": "MM",
  "%-m": "M",
  "%d": "dd",
  "%-d": "d",
  "%H": "HH",
  "%I": "hh",
  "%M": "mm",
  "%S": "ss",
  "%j": "DDD",
  "%B": "MMMM",
  "%b": "MMM",
  "%A": "EEEE",
  "%a": "EEE",
};

const strftime: SparkFunction = (args, nodes) => {
  const place = constantText(nodes[0]) === undefined ? 1 : 0;
  const form = constantText(nodes[place]);
  if (form === undefined) throw untranslated("une forme de strftime calculée", "écrivez-la comme un texte.");
  const written = form.replaceAll("%%", "\0").replaceAll(/%-?.|[^%]+/g, (piece) => {
    const known = dateForms[piece];
    if (known !== undefined) return known;
    if (piece.startsWith("%")) {
      throw untranslated(`${piece} dans strftime`, `prenez ${Object.keys(dateForms).join(" ")}.`);
    }
    return `'${piece.replaceAll("\0", "%").replaceAll("'", "''")}'`;
  });
  return `date_format(${args[1 - place] ?? ""}, ${text(written)})`;
};

const dateTrunc: SparkFunction = ([unit = "", date = ""]) => `date_trunc(${unit}, ${date})`;

/** Of `list(x ORDER BY x)` too, which DuckDB reads so. */
const listSort: SparkFunction = ([list = ""], [, order]) =>
  /^DESC/i.test(constantText(order) ?? "") ? `reverse(array_sort(${list}))` : `array_sort(${list})`;

const interval =
  (write: (count: string) => string): SparkFunction =>
  ([count = ""]) =>
    write(count);

/** By DuckDB's name; those of the same name and sense in both are in {@link sharedFunctions}. */
export const sparkFunctions: Readonly<Record<string, SparkFunction>> = {
  // Means of decimals would keep four digits more than they have; DuckDB's are floating-point.
  avg: ([value]) => `avg(${double(value)})`,
  mean: ([value]) => `avg(${double(value)})`,
  any_value: ([value = ""]) => `any_value(${value}, true)`,
  arg_max: renamed("max_by"),
  arg_min: renamed("min_by"),
  max_by: renamed("max_by"),
  min_by: renamed("min_by"),
  count_star: () => "count(*)",
  list: renamed("collect_list"),
  array_agg: renamed("collect_list"),
  median: ([value]) => `median(${double(value)})`,
  quantile_cont: ([value, share = ""]) => `percentile(${double(value)}, ${share})`,
  stddev: ([value]) => `stddev_samp(${double(value)})`,
  variance: ([value]) => `var_samp(${double(value)})`,
  stddev_samp: ([value]) => `stddev_samp(${double(value)})`,
  stddev_pop: ([value]) => `stddev_pop(${double(value)})`,
  var_samp: ([value]) => `var_samp(${double(value)})`,
  var_pop: ([value]) => `var_pop(${double(value)})`,
  contains: ([whole = "", part = ""]) => `(instr(${whole}, ${part}) > 0)`,
  divide: ([a = "", b = ""]) => `(${a} div nullif(${b}, 0))`,
  ifnull: renamed("coalesce"),
  len: renamed("length"),
  strpos: renamed("instr"),
  starts_with: renamed("startswith"),
  ends_with: renamed("endswith"),
  concat: (args) => `concat_ws('', ${args.join(", ")})`,
  log: renamed("log10"),
  pow: renamed("power"),
  regexp_full_match: ([value = "", form = ""]) => `rlike(${value}, concat('^(?:', ${form}, ')$'))`,
  regexp_matches: renamed("rlike"),
  list_value: renamed("array"),
  list_sort: listSort,
  array_sort: listSort,
  trunc: ([number = ""]) => `(sign(${number}) * floor(abs(${number})))`,
  date_part: partOf,
  datepart: partOf,
  date_diff: dateDiff,
  datediff: dateDiff,
  date_trunc: dateTrunc,
  datetrunc: dateTrunc,
  strftime,
  dayofweek: ([date = ""]) => `(dayofweek(${date}) - 1)`,
  weekday: ([date = ""]) => `(dayofweek(${date}) - 1)`,
  isodow: ([date = ""]) => `(weekday(${date}) + 1)`,
  week: renamed("weekofyear"),
  monthname: ([date = ""]) => `date_format(${date}, 'MMMM')`,
  dayname: ([date = ""]) => `date_format(${date}, 'EEEE')`,
  to_years: interval((count) => `make_ym_interval(${count}, 0)`),
  to_months: interval((count) => `make_ym_interval(0, ${count})`),
  to_weeks: interval((count) => `make_dt_interval(7 * ${count})`),
  to_days: interval((count) => `make_dt_interval(${count})`),
  to_hours: interval((count) => `make_dt_interval(0, ${count})`),
};

/** What both have under the same name, for the same answer. */
export const sharedFunctions: ReadonlySet<string> = new Set(
  `abs acos asin atan atan2 approx_count_distinct bit_length bool_and bool_or cbrt ceil ceiling chr coalesce corr cos count count_if
   covar_pop covar_samp cume_dist current_date day dayofmonth dayofyear degrees dense_rank exp first first_value floor greatest hour
   kurtosis lag last last_day last_value lead least left length ln log10 log2 lower lpad ltrim make_date max md5 min minute mod mode month
   nth_value ntile nullif percent_rank pi power quarter radians rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
   regr_sxx regr_sxy regr_syy repeat replace reverse right row_number rpad rtrim second sign sin skewness split_part sqrt substr substring
   sum tan translate trim typeof upper year`.split(/\s+/),
);

/** A call of a function, its arguments written. */
export function functionCall(
  { function_name: name = "", children = [] }: SyntaxNode,
  args: readonly string[],
): string {
  const lower = name.toLowerCase();
  const known = Object.hasOwn(sparkFunctions, lower) ? sparkFunctions[lower] : undefined;
  if (known !== undefined) return known(args, children);
  // One that neither has is named by the cluster's own error.
  if (sharedFunctions.has(lower) || /^\w+$/.test(name)) return `${name}(${args.join(", ")})`;
  throw untranslated(`l'opérateur ${name}`, "prenez une fonction qui fait de même.");
}
