import { jupyterDisplay, type Displayable, type DisplayData } from "../display.js";
import { formatNumber } from "../french-format.js";
import { escapeHtml } from "../html.js";
import type { Row } from "../query/columns.js";
import type { Source } from "../query/provenance.js";
import { resultOf } from "../query/result.js";
import type { KeyGuess } from "./key-guess.js";

/** A column of what was attached. */
export interface AttachedColumn {
  name: string;
  /** SQL type. */
  type: string;
  /** As the file writes its name, where it is another. */
  title: string;
  /** Rows without a value. */
  missing: number;
  /** How its values were read, where it isn't plain; in French. */
  remark: string;
}

/**
 * A table that a person attached: its name in SQL, its columns, and the keys by which it may be joined. A notebook shows it.
 *
 * @example
 * const cabinets = await damir.attach("cabinets.csv");
 * cabinets.keys; // [{ column: "dep", key: "departement", values: 96, recognised: 96 … }]
 */
export class Attachment implements Displayable {
  constructor(
    /** Name of the table, to write in SQL. */
    readonly name: string,
    readonly rows: number,
    readonly columns: readonly AttachedColumn[],
    readonly keys: readonly KeyGuess[],
    readonly sources: readonly Source[],
  ) {}

  [jupyterDisplay](): DisplayData {
    const titled = this.columns.some(({ title }) => title !== "");
    const lines = this.columns.map((column): Row => ({
      colonne: column.name,
      ...(titled ? { titre: column.title } : {}),
      type: column.type,
      vides: column.missing,
      lecture: column.remark,
    }));
    const { data } = resultOf(lines, this.sources)[jupyterDisplay]();
    const summary = this.summary();
    return {
      data: {
        "text/html": `<p>${summary.map(escapeHtml).join("<br>")}</p>${String(data["text/html"])}`,
        "text/plain": [...summary, "", String(data["text/plain"])].join("\n"),
      },
    };
  }

  /**
   * What was attached, in French: a line for the table, and one for each key.
   *
   * @example
   * const cabinets = await damir.attach("cabinets.csv");
   * cabinets.summary();
   */
  summary(): string[] {
    const head = `Table « ${this.name} » : ${plural(this.rows, "ligne")}, ${plural(this.columns.length, "colonne")}.`;
    return [head, ...(this.keys.length > 0 ? this.keys.map(keyLine) : [noKey])];
  }
}

const noKey =
  "Aucune clé reconnue (departement, cpam, ben_res_reg, codes de DAMIR, mois) : joignez sur vos propres colonnes.";

function keyLine({ column, key, values, recognised, unknown, advice }: KeyGuess): string {
  const name = column === key ? key : `${column} (${key})`;
  const share = `${count(recognised)} ${recognised > 1 ? "valeurs" : "valeur"} sur ${count(values)} reconnue${recognised > 1 ? "s" : ""}`;
  const others =
    unknown.length > 0
      ? ` (inconnues : ${unknown.join(", ")}${values - recognised > unknown.length ? "…" : ""})`
      : "";
  return `Clé ${name} : ${share}${others}${advice === "" ? "" : ` ; ${advice}`}.`;
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number > 1 ? "s" : ""}`;
}

function count(number: number): string {
  return formatNumber(number, { decimals: 0, grouping: true });
}
