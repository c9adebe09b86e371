import type { Expression, TableUse } from "./query-model.js";

const amounts = {
  damir: [
    "prs_dep_mnt",
    "prs_pai_mnt",
    "prs_rem_bse",
    "prs_rem_mnt",
    "flt_pai_mnt",
    "flt_dep_mnt",
    "flt_rem_mnt",
  ],
  departement: ["rec_mon", "rem_mon", "dep_mon"],
};

const quantities = {
  damir: ["prs_act_cog", "prs_act_nbr", "prs_act_qte", "flt_act_cog", "flt_act_nbr", "flt_act_qte"],
  departement: ["act_dnb", "act_coe"],
};

const regional = new Set(["damir_departement", "damir_national"]);

/** True for the tables that hold measures of expenses: Open DAMIR, the R tables and their national twin. */
export function isMeasured({ table }: TableUse): boolean {
  return table === "damir" || regional.has(table);
}

/** True for a table of the régime général only. */
export function isRegional({ table }: TableUse): boolean {
  return regional.has(table);
}

/** True for a column of euros. */
export function isMoney(use: TableUse, name: string): boolean {
  return isMeasured(use) && (use.table === "damir" ? amounts.damir : amounts.departement).includes(name);
}

/** True for any column that is added up: euros, quantities, coefficients. */
export function isMeasure(use: TableUse, name: string): boolean {
  return (
    isMoney(use, name) ||
    (isMeasured(use) && (use.table === "damir" ? quantities.damir : quantities.departement).includes(name))
  );
}

/** True for `flt_act_qte`, `prs_act_qte`, `act_dnb`: what they count depends on the nature of the service. */
export function isQuantity(use: TableUse, name: string): boolean {
  return isMeasure(use, name) && (name.endsWith("act_qte") || name === "act_dnb");
}

/** True when an expression is a column of a measured table with such a name. */
export function isColumn(expression: Expression, test: (name: string) => boolean): boolean {
  return expression.kind === "column" && isMeasured(expression.use) && test(expression.name);
}
