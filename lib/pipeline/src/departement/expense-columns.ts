/** How the texts of a column are read. */
export type ColumnKind = "code" | "text" | "rate" | "measure";

/** A column of `damir_departement` or of `damir_national`. */
export interface ExpenseColumn {
  /** Lower case: name in the store, and in the file unless `published` says otherwise. */
  name: string;
  published?: string;
  /** Type in the store. */
  sql: string;
  kind: ColumnKind;
  /** Digits kept after the decimal point. */
  scale: number;
  /** Column of the file that repeats the code in words. */
  label?: string;
  /** List of `data/dictionary/codes-departement/` that its codes come from. */
  codes?: string;
  /** True for a column that not every year publishes: null where it is absent. */
  optional?: boolean;
}

function code(name: string, more: Partial<ExpenseColumn> = {}): ExpenseColumn {
  return { name, sql: "SMALLINT", kind: "code", scale: 0, label: `l_${name}`, codes: name, ...more };
}

function text(name: string, more: Partial<ExpenseColumn> = {}): ExpenseColumn {
  return { name, sql: "VARCHAR", kind: "text", scale: 0, label: `l_${name}`, ...more };
}

function measure(name: string, sql: string, scale: number): ExpenseColumn {
  return { name, sql, kind: "measure", scale };
}

const care: ExpenseColumn = { name: "sns_date", sql: "INTEGER", kind: "code", scale: 0 };
const risk = code("asu_nat");
const act = [
  text("serie", { codes: "serie" }),
  code("prs_nat"),
  code("exe_spe"),
  code("exe_spe1"),
  code("exe_stj1"),
  code("pre_spe"),
  code("pre_spe1"),
  code("pre_stj1"),
  code("cpl_cod"),
];
const measures: ExpenseColumn[] = [
  { name: "rem_tau", sql: "DECIMAL(5,2)", kind: "rate", scale: 2 },
  measure("rec_mon", "DECIMAL(18,2)", 2),
  measure("rem_mon", "DECIMAL(18,2)", 2),
  measure("dep_mon", "DECIMAL(18,2)", 2),
  measure("act_dnb", "BIGINT", 0),
  measure("act_coe", "DECIMAL(18,4)", 4),
];
const invoice = text("prs_fac_top", { label: "l_fac_top", optional: true });

/** Columns of the R tables in the store's order, after `flx_ann_moi`. */
export const departementColumns: readonly ExpenseColumn[] = [
  care,
  text("cpam", { codes: "cpam" }),
  text("departement", { published: "dpt", label: "l_dpt" }),
  code("ben_qlt"),
  code("top_slm"),
  risk,
  ...act,
  ...measures,
  invoice,
];

/** Columns of the N tables: the same without the beneficiary. */
export const nationalColumns: readonly ExpenseColumn[] = [care, risk, ...act, ...measures, invoice];

/** What the R tables say twice: checked, then left out of the store. `rem_date` is the month of the file. */
export const redundantColumns: readonly string[] = ["region", "l_region", "rem_date"];
