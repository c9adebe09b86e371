import type { StoreTable } from "../store.js";
import { codes, variables, type DescribedTable, type DescribedVariable } from "../dictionary/dictionary.js";
import { postes } from "../dictionary/postes.js";
import { territories } from "../geography/geography.js";

/** Something that can be searched for, and where to use it. */
export interface Entry {
  sorte: "variable" | "code" | "poste" | "table";
  /** What one types in SQL: a column, a code, a poste, a table. */
  nom: string;
  libelle: string;
  /** A piece of SQL that uses it: `prs_nat = 1110`. */
  utilisation: string;
  /** Tables that have it. */
  table: string;
  /** Name of the variable that a code belongs to; empty for others. */
  variable: string;
  /** Other words that people look for it by. */
  synonymes: string;
  /** What else is said of it. */
  texte: string;
  /** What it weighs among entries that match as well: 1 is usual. */
  poids: number;
}

/** Words people use where the official labels have another one. */
const alsoCalled: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/omnipratic|M[EÉ]DECINE G[EÉ]N[EÉ]RALE/i, "généraliste médecin de famille omnipraticien"],
  [/COTEE C$/, "généraliste"],
  [/kin[eé]sith/i, "kiné masseur AMK"],
  [/dentaire|dentiste/i, "dentiste dentaire"],
  [/^Optique$/, "opticien lunettes verres montures"],
  [/infirmier/i, "infirmière IDE AMI"],
  [/\bC2S\b|\bCMU\b/, "CMU C2S complémentaire santé solidaire"],
  [/d[eé]passement/i, "reste à charge secteur 2"],
];

/** Roles of the measures to look at first: FLT_* are the ones most questions want. */
const preferred =
  /^(flt_rem_mnt|flt_act_qte|flt_pai_mnt|flt_dep_mnt|rem_mon|act_dnb|prs_nat|ben_res_reg|pse_spe_snds|departement)$/;

/** Everything the dictionary knows: variables, codes, postes, départements. */
export function dictionaryEntries(): Entry[] {
  const described = ["damir", "damir_departement"] as const;
  return [
    ...described.flatMap((table) => variables(table).map((variable) => variableEntry(variable, table))),
    ...codeEntries(),
    ...postes().map(({ poste, libelle, categorie, definition }): Entry => ({
      sorte: "poste",
      nom: poste,
      libelle: `${libelle} (${categorie})`,
      utilisation: `JOIN prs_nat_postes p ON p.code = prs_nat WHERE p.poste = '${poste}'`,
      table: "postes",
      variable: "",
      synonymes: synonyms(libelle),
      texte: definition,
      poids: 1.6,
    })),
    ...territories("departement").map(({ code, nom }): Entry => ({
      sorte: "code",
      nom: code,
      libelle: nom,
      utilisation: `departement = '${code}'`,
      table: "damir_departement",
      variable: "departement",
      synonymes: "",
      texte: "département",
      poids: 1.2,
    })),
  ];
}

/** The tables of a connection. */
export function tableEntries(tables: ReadonlyMap<string, StoreTable>): Entry[] {
  return [...tables].map(([nom, { title, producer }]): Entry => ({
    sorte: "table",
    nom,
    libelle: title,
    utilisation: `FROM ${nom}`,
    table: nom,
    variable: "",
    synonymes: "",
    texte: producer,
    // Code lists have the name of their variable: it is what one looks for.
    poids: nom.startsWith("nomenclature_") ? 0.5 : 2.2,
  }));
}

function variableEntry(variable: DescribedVariable, table: DescribedTable): Entry {
  const { variable: nom, libelle, role, definition, usages, pieges, famille, unite } = variable;
  return {
    sorte: "variable",
    nom,
    libelle,
    utilisation: role === "mesure" ? `sum(${nom})` : `GROUP BY ${nom}`,
    table,
    variable: "",
    synonymes: synonyms(libelle),
    texte: [definition, ...usages, ...pieges, famille, unite].join(" "),
    poids: preferred.test(nom) ? 3 : 2,
  };
}

/** One entry a code and label: the same ones of both tables are one. */
function codeEntries(): Entry[] {
  const entries = new Map<string, Entry>();
  for (const table of ["damir", "damir_departement"] as const) {
    for (const { variable, nomenclature, type } of variables(table)) {
      if (nomenclature === "") continue;
      for (const { code, libelle, autre_libelle, note, lignes_a202401 } of codes(variable, table)) {
        const key = JSON.stringify([variable, code, libelle]);
        const known = entries.get(key);
        if (known) {
          known.table = `${known.table}, ${table}`;
          continue;
        }
        entries.set(key, {
          sorte: "code",
          nom: code,
          libelle,
          utilisation: `${variable} = ${type === "VARCHAR" ? `'${code}'` : code}`,
          table,
          variable,
          synonymes: synonyms(libelle),
          texte: `${autre_libelle} ${note}`,
          // Codes that rows hold come before those that were listed once; residents before organisms and prescribers.
          poids: (1 + Math.log10(1 + Number(lignes_a202401)) / 5) * (preferred.test(variable) ? 1.2 : 1),
        });
      }
    }
  }
  return [...entries.values()];
}

function synonyms(libelle: string): string {
  return alsoCalled
    .filter(([pattern]) => pattern.test(libelle))
    .map(([, words]) => words)
    .join(" ");
}
