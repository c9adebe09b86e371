import { UserError } from "damir";

/**
 * The month of reimbursement of an R or N file, which only its name tells: `R201401.CSV`, `R202001_sanslib.CSV`,
 * `NTOT2023_01.CSV`.
 * @param name of the file, with or without folders
 * @param example of a right name, for the message
 * @returns `AAAAMM`
 * @throws UserError when the name holds no month, or two
 */
export function monthOfFile(name: string, example: string): string {
  const base = name.split("/").at(-1) ?? name;
  const months = new Set(
    [...base.matchAll(/(?<!\d)(20\d\d)[_-]?(0[1-9]|1[0-2])(?!\d)/g)].map(
      ([, year = "", month = ""]) => year + month,
    ),
  );
  const [month, other] = months;
  if (month !== undefined && other === undefined) return month;
  throw new UserError(
    `Le nom de ${name} ${month === undefined ? "ne dit pas de quel mois de remboursement il est" : "porte deux mois"}, et rien dans le fichier ne le dit. Rendez-lui le nom sous lequel la CNAM le publie (${example}).`,
  );
}
