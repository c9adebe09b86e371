import type { Entry, EntryPage } from "@atelier-damir/cli/panel";

/** What of the dictionary is looked at: enough to ask for its page. */
export interface Subject {
  readonly kind: Entry["sorte"];
  /** As `describe` takes it: `damir.prs_nat`, `population`. */
  readonly name: string;
  readonly code?: string;
}

/** What can be put into a notebook of an entry. */
export interface EntryUses {
  /** Goes at the cursor: a column, a filter with its literal as the base wants it, a join, a table. */
  readonly fragment: string;
  /** A whole query that runs as it is. */
  readonly query: string;
}

/** What to ask the page of a found entry by. */
export function subjectOf({ sorte, nom, utilisation, table }: Entry): Subject {
  const [owner = ""] = table.split(", ");
  if (sorte === "code") {
    const [variable = ""] = utilisation.split(" = ");
    return { kind: sorte, name: `${owner}.${variable}`, code: nom };
  }
  return { kind: sorte, name: sorte === "variable" ? `${owner}.${nom}` : nom };
}

/** The piece of SQL that goes at the cursor. */
export function fragmentOf({ sorte, nom, utilisation }: Entry): string {
  return sorte === "variable" ? nom : utilisation;
}

/**
 * What can be inserted from a page.
 * @param page the page, whose title begins with what SQL writes: `prs_nat = 1110 : CONSULTATION …`, `flt_rem_mnt : Montant …`
 */
export function usesOf({ kind, name }: Subject, page: EntryPage): EntryUses {
  const [written = name] = page.title.split(" : ");
  const example = page.blocks.findLast((block) => block.kind === "code");
  if (kind === "table")
    return { fragment: `FROM ${name}`, query: example?.text ?? `SELECT * FROM ${name} LIMIT 10` };
  if (kind === "poste") {
    const join = `JOIN prs_nat_postes p ON p.code = prs_nat WHERE p.poste = '${name}'`;
    return { fragment: join, query: monthly("damir", join) };
  }
  const owner = name.startsWith("damir_departement.") ? "damir_departement" : "damir";
  return { fragment: written, query: example?.text ?? monthly(owner, `WHERE ${written}`) };
}

/** What was reimbursed month by month. */
function monthly(table: "damir" | "damir_departement", filter: string): string {
  const [month, amount] = table === "damir" ? ["mois_traitement", "flt_rem_mnt"] : ["flx_ann_moi", "rem_mon"];
  return `SELECT ${month}, sum(${amount}) AS rembourse\nFROM ${table}\n${filter}\nGROUP BY ${month}\nORDER BY ${month}`;
}
