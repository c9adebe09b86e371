import { expression } from "./spark-expression.js";
import { orderTerms } from "./spark-order.js";
import type { SyntaxModifier, SyntaxNode } from "../query/syntax-node.js";
import { quoted, untranslated, type Translation } from "./spark-syntax.js";

/** What a translation needs to know besides the query. */
export interface SparkSqlOptions {
  /** The type of a column by its name, as DuckDB calls it; undefined where tables disagree, or none has it. */
  typeOf: (column: string) => string | undefined;
  /** Rows to give at most, where the query has no LIMIT of its own. */
  most?: number;
}

/**
 * A query in Spark's SQL, from the tree that DuckDB's parser makes of it: the same answer, by the two engines' documented rules. Values
 * stay bound, as `:v1` …
 * @throws UserError for what Spark can't be asked, saying what to write instead
 */
export function sparkSql(tree: SyntaxNode, { typeOf, most }: SparkSqlOptions): string {
  const translation: Translation = { typeOf, query: (node) => query(node, translation) };
  return query(tree, translation, { most, top: true });
}

interface Place {
  most?: number | undefined;
  /** True of the query whose columns are the answer's. */
  top?: boolean;
}

function query(node: SyntaxNode, translation: Translation, place: Place = {}): string {
  const { modifiers = [] } = node;
  const text = `${ctes(node, translation)}${body(node, translation, place.top === true)}${order(modifiers, translation)}`;
  const limit = modifiers.find(({ type }) => type === "LIMIT_MODIFIER");
  if (modifiers.some(({ type }) => type === "LIMIT_PERCENT_MODIFIER")) {
    throw untranslated("LIMIT en pour cent", "donnez un nombre de lignes.");
  }
  const rows = limit?.limit ? ` LIMIT ${expression(limit.limit, translation)}` : "";
  const skipped = limit?.offset ? ` OFFSET ${expression(limit.offset, translation)}` : "";
  const most = rows === "" && place.most !== undefined ? ` LIMIT ${place.most}` : "";
  return `${text}${rows}${most}${skipped}`;
}

function ctes({ cte_map: map }: SyntaxNode, translation: Translation): string {
  const list = map?.map ?? [];
  if (list.length === 0) return "";
  const recursive = list.some(({ value }) => value.query.node.type === "RECURSIVE_CTE_NODE");
  const written = list.map(({ key, value: { aliases = [], query: inner } }) => {
    const columns = aliases.length > 0 ? ` (${aliases.map(quoted).join(", ")})` : "";
    return `${quoted(key)}${columns} AS (${query(inner.node, translation)})`;
  });
  return `WITH ${recursive ? "RECURSIVE " : ""}${written.join(", ")} `;
}

function body(node: SyntaxNode, translation: Translation, top: boolean): string {
  switch (node.type) {
    case "SELECT_NODE":
      return select(node, translation, top);
    case "SET_OPERATION_NODE": {
      const word = node.setop_type ?? "";
      if (!/^(UNION|EXCEPT|INTERSECT)$/.test(word))
        throw untranslated(word.replaceAll("_", " "), "mettez les colonnes dans le même ordre.");
      return both(node, `${word}${node.setop_all === true ? " ALL" : ""}`, translation, top);
    }
    case "RECURSIVE_CTE_NODE":
      return both(node, `UNION${node.union_all === true ? " ALL" : ""}`, translation, false);
  }
  throw untranslated(
    `une requête de cette forme (${(node.type ?? "").toLowerCase()})`,
    "écrivez SELECT … FROM ….",
  );
}

function both({ left, right }: SyntaxNode, word: string, translation: Translation, top: boolean): string {
  if (left === undefined || right === undefined) throw new Error("set operation of one query");
  return `(${query(left, translation, { top })}) ${word} (${query(right, translation)})`;
}

function select(node: SyntaxNode, translation: Translation, top: boolean): string {
  if (node.sample) throw untranslated("USING SAMPLE", "filtrez des mois, ou ajoutez un LIMIT.");
  if (node.qualify) return qualified(node, translation);
  const distinct = node.modifiers?.find(({ type }) => type === "DISTINCT_MODIFIER");
  if ((distinct?.distinct_on_targets ?? []).length > 0) {
    throw untranslated(
      "DISTINCT ON",
      "numérotez les lignes (row_number() OVER (PARTITION BY … ORDER BY …) AS rang) et gardez rang = 1.",
    );
  }
  const list = node.select_list ?? [];
  const grouped = (node.group_expressions ?? []).length > 0 || node.aggregate_handling === "FORCE_AGGREGATES";
  const ofGroup: Translation = { ...translation, grouped };
  const pieces = [
    `SELECT ${distinct ? "DISTINCT " : ""}${list.map((item) => selected(item, ofGroup, top)).join(", ")}`,
    node.from_table && node.from_table.type !== "EMPTY" ? `FROM ${table(node.from_table, translation)}` : "",
    node.where_clause ? `WHERE ${expression(node.where_clause, translation)}` : "",
    groups(node, translation),
    node.having ? `HAVING ${expression(node.having, ofGroup)}` : "",
  ];
  return pieces.filter((piece) => piece !== "").join(" ");
}

function selected(item: SyntaxNode, translation: Translation, top: boolean): string {
  const written = expression(item, translation);
  const name = item.alias ?? "";
  if (name !== "") return `${written} AS ${quoted(name)}`;
  return top && item.class === "FUNCTION" ? `${written} AS ${quoted(titleOf(item))}` : written;
}

/** What DuckDB calls a column without a name: its call, such as `sum(flt_rem_mnt)` or `count_star()`. */
function titleOf({ function_name: name = "", children = [], is_operator: operator }: SyntaxNode): string {
  const args = children.map(titleOfArgument);
  return operator === true && args.length === 2
    ? `(${args.join(` ${name} `)})`
    : `${name}(${args.join(", ")})`;
}

function titleOfArgument(node: SyntaxNode): string {
  if (node.class === "COLUMN_REF") return (node.column_names ?? []).join(".");
  if (node.class === "CONSTANT") return titleOfConstant(node.value?.value);
  return node.class === "FUNCTION" ? titleOf(node) : "…";
}

function titleOfConstant(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : typeof value === "number" ? String(value) : "…";
}

/** QUALIFY, which keeps rows by a window, as a query around. */
function qualified(node: SyntaxNode, translation: Translation): string {
  const list = node.select_list ?? [];
  const names = list.map(({ alias = "", column_names: columns = [] }) =>
    alias === "" ? (columns.at(-1) ?? "") : alias,
  );
  if (names.includes(""))
    throw untranslated("QUALIFY où une colonne n'a pas de nom", "donnez un nom à chaque colonne (AS …).");
  const kept: SyntaxNode = { ...(node.qualify ?? {}), alias: "gardee_par_qualify" };
  const inner = select({ ...node, qualify: null, select_list: [...list, kept] }, translation, false);
  return `SELECT ${names.map(quoted).join(", ")} FROM (${inner}) WHERE \`gardee_par_qualify\``;
}

function groups(node: SyntaxNode, translation: Translation): string {
  const { group_expressions: expressions = [], group_sets: sets = [], aggregate_handling: handling } = node;
  if (handling === "FORCE_AGGREGATES") return "GROUP BY ALL";
  if (expressions.length === 0) return "";
  const list = node.select_list ?? [];
  const written = expressions.map((item) => expression(item, translation));
  if (sets.length < 2) return `GROUP BY ${written.join(", ")}`;
  // Within sets, a number would be a constant: what it stands for is written again.
  const whole = expressions.map((item, index) => {
    const number = item.class === "CONSTANT" ? Number(item.value?.value) : Number.NaN;
    const meant = list[number - 1];
    return meant === undefined ? (written[index] ?? "") : expression({ ...meant, alias: "" }, translation);
  });
  return `GROUP BY GROUPING SETS (${sets.map((set) => `(${set.map((index) => whole[index] ?? "").join(", ")})`).join(", ")})`;
}

function order(modifiers: readonly SyntaxModifier[], translation: Translation): string {
  const terms = modifiers.find(({ type }) => type === "ORDER_MODIFIER")?.orders ?? [];
  return terms.length === 0
    ? ""
    : ` ORDER BY ${orderTerms(terms, (node) => expression(node ?? {}, translation))}`;
}

const joins: Readonly<Record<string, string>> = {
  INNER: "JOIN",
  LEFT: "LEFT JOIN",
  RIGHT: "RIGHT JOIN",
  OUTER: "FULL JOIN",
  FULL: "FULL JOIN",
  SEMI: "LEFT SEMI JOIN",
  ANTI: "LEFT ANTI JOIN",
};

function table(node: SyntaxNode, translation: Translation): string {
  if (node.sample) throw untranslated("TABLESAMPLE", "filtrez des mois, ou ajoutez un LIMIT.");
  switch (node.type) {
    case "BASE_TABLE": {
      const name = quoted(node.table_name ?? "");
      return named(name, node);
    }
    case "SUBQUERY":
      if (node.subquery === undefined) break;
      return named(`(${query(node.subquery.node, translation)})`, node);
    case "JOIN":
      return join(node, translation);
    case "EXPRESSION_LIST": {
      const rows = (node.values ?? []).map(
        (row) => `(${row.map((value) => expression(value, translation)).join(", ")})`,
      );
      return named(`(VALUES ${rows.join(", ")})`, {
        ...node,
        alias: node.alias === "valueslist" ? "" : (node.alias ?? ""),
      });
    }
    case "TABLE_FUNCTION":
      return tableFunction(node, translation);
    case "SHOW_REF":
      throw untranslated("SUMMARIZE", "demandez count, min, max et avg des colonnes qui vous intéressent.");
  }
  throw untranslated(
    `cette forme de FROM (${(node.type ?? "").toLowerCase()})`,
    "prenez des tables, des jointures et des sous-requêtes.",
  );
}

function named(what: string, { alias = "", column_name_alias: columns = [] }: SyntaxNode): string {
  if (alias === "") return what;
  return `${what} AS ${quoted(alias)}${columns.length > 0 ? ` (${columns.map(quoted).join(", ")})` : ""}`;
}

function join(node: SyntaxNode, translation: Translation): string {
  const {
    left,
    right,
    condition,
    join_type: type = "",
    ref_type: reference,
    using_columns: using = [],
  } = node;
  if (left === undefined || right === undefined) throw new Error("join of one table");
  const [one, other] = [left, right].map((side) => {
    const written = table(side, translation);
    return side === right && side.type === "JOIN" ? `(${written})` : written;
  });
  if (reference === "CROSS") return `${one ?? ""} CROSS JOIN ${other ?? ""}`;
  const word = joins[type];
  if (word === undefined || !/^(REGULAR|NATURAL)$/.test(reference ?? "")) {
    throw untranslated(
      `une jointure ${(reference ?? type).toUpperCase()}`,
      "prenez JOIN, LEFT JOIN, RIGHT JOIN ou FULL JOIN.",
    );
  }
  if (reference === "NATURAL") return `${one ?? ""} NATURAL ${word} ${other ?? ""}`;
  const on =
    using.length > 0
      ? ` USING (${using.map(quoted).join(", ")})`
      : condition
        ? ` ON ${expression(condition, translation)}`
        : "";
  return `${one ?? ""} ${word} ${other ?? ""}${on}`;
}

function tableFunction(node: SyntaxNode, translation: Translation): string {
  const { function_name: name = "", children = [] } = node.function ?? {};
  const args = children.map((child) => expression(child, translation));
  const alias = node.alias === undefined || node.alias === "" ? name : node.alias;
  const columns = node.column_name_alias ?? [];
  const as = ` AS ${quoted(alias)} (${quoted(columns[0] ?? name)})`;
  if (name === "range") return `range(${args.length === 1 ? `0, ${args.join("")}` : args.join(", ")})${as}`;
  if (name === "unnest") return `explode(${args.join(", ")})${as}`;
  throw untranslated(
    `${name}(…) dans FROM`,
    'lisez les fichiers dans le magasin de la machine : connect({ home: ".damir" }).',
  );
}
