import { join } from "node:path";
import { openDamirVariables } from "damir";
import { bareColumns } from "../departement/expense.fixture.js";
import { isZone } from "../open-damir-header.js";
import { rowsOf, writeLines, type PublishedForm } from "./published-form.fixture.js";

/** Months of a table of expenses. */
async function monthsOf({ connection, table }: PublishedForm, name: string): Promise<number[]> {
  const rows = await rowsOf<{ month: number }>(
    connection,
    `SELECT DISTINCT flx_ann_moi AS month FROM ${table(name)} ORDER BY 1`,
  );
  return rows.map(({ month }) => month);
}

/** Open DAMIR: `A202501.csv.gz`, 56 columns, `;` after the last field too, `.51` and not `0.51`. */
export async function writeMonths(form: PublishedForm): Promise<string[]> {
  const { connection, table, folder } = form;
  const variables = [...openDamirVariables().values()].filter(({ variable }) => !isZone(variable));
  const fields = variables.map(({ variable, type }) => {
    if (variable === "soi_ann") return "lpad(soi_ann::VARCHAR, 4, '0')";
    if (variable === "soi_moi") return "lpad(soi_moi::VARCHAR, 2, '0')";
    return `coalesce(${type.startsWith("DECIMAL") ? bareDecimal(variable) : `${variable}::VARCHAR`}, '')`;
  });
  const header = variables.map(({ variable }) => `${variable.toUpperCase()};`).join("");
  const paths = [];
  for (const month of await monthsOf(form, "damir")) {
    const path = join(folder, `A${month}.csv.gz`);
    const lines = `SELECT concat(${fields.join(", ';', ")}, ';') FROM ${table("damir")} WHERE flx_ann_moi = ${month}`;
    await writeLines(connection, path, header, lines, ", COMPRESSION gzip");
    paths.push(path);
  }
  return paths;
}

/** A decimal of Open DAMIR: `.51`, `-.31`, `12`, `4.4`. */
function bareDecimal(column: string): string {
  return `regexp_replace(regexp_replace(${column}::VARCHAR, '\\.?0+$', ''), '^(-?)0\\.', '\\1.')`;
}

/** The R tables without labels: `R202501_sanslib.CSV`, CRLF, `1.234,56`, the Nord as `5N`. */
export async function writeExpenses(form: PublishedForm): Promise<string[]> {
  const { connection, table, folder } = form;
  const written: Readonly<Record<string, string>> = {
    dpt: "CASE departement WHEN '59' THEN '5N' ELSE departement END",
    rem_tau: "replace(regexp_replace(rem_tau::VARCHAR, '\\.?0+$', ''), '.', ',')",
    act_dnb: "replace(format('{:,}', act_dnb), ',', '.')",
    rec_mon: frenchDecimal("rec_mon"),
    rem_mon: frenchDecimal("rem_mon"),
    dep_mon: frenchDecimal("dep_mon"),
    act_coe: frenchDecimal("act_coe"),
  };
  const fields = bareColumns.map((name) => {
    const column = name.toLowerCase();
    return `coalesce(${written[column] ?? `${column}::VARCHAR`}, '')`;
  });
  const paths = [];
  for (const month of await monthsOf(form, "damir_departement")) {
    const path = join(folder, `R${month}_sanslib.CSV`);
    const lines = `SELECT concat_ws(';', ${fields.join(", ")}) FROM ${table("damir_departement")} WHERE flx_ann_moi = ${month}`;
    await writeLines(connection, path, bareColumns.join(";"), lines, ", NEW_LINE '\\r\\n'");
    paths.push(path);
  }
  return paths;
}

/** A decimal of the R tables: `1.234,50`, `-0,07`. */
function frenchDecimal(column: string): string {
  const whole = `replace(format('{:,}', trunc(abs(${column}))::BIGINT), ',', '.')`;
  const decimals = `split_part(${column}::VARCHAR, '.', 2)`;
  return `CASE WHEN ${column} < 0 THEN '-' ELSE '' END || ${whole} || ',' || ${decimals}`;
}
