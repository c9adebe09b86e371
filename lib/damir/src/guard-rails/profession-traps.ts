import { codes } from "../dictionary/dictionary.js";
import { mayPass } from "./evaluation.js";
import { columnsOf } from "./expression.js";
import { rowWith, sumsIn, type Sum } from "./sums.js";
import type { QueryReading, Trap } from "./trap.js";

/** The specialities of doctors, of who executes and of who prescribes, and the column of the other professions beside each. */
const specialities = [
  { speciality: "pse_spe_snds", profession: "pse_act_snds" },
  { speciality: "psp_spe_snds", profession: "psp_act_snds" },
] as const;

/** No speciality: whoever isn't a doctor, and whoever isn't known. */
const none = 0;

/** Orthodontists, the only dentists with a speciality. */
const orthodontists = 36;

/** The speciality that the WHERE of a sum leaves alone; undefined where it leaves several, or where it asks for a profession too. */
function onlySpeciality(
  { by: { block }, column }: Sum,
  { speciality, profession }: (typeof specialities)[number],
): number | undefined {
  const { conditions } = block;
  if (conditions.flatMap(columnsOf).some(({ name }) => name === profession)) return undefined;
  const left = codes(speciality)
    .map(({ code }) => Number(code))
    .filter((code) => mayPass(conditions, rowWith(column.use, { [speciality]: code })));
  return left.length === 1 ? left[0] : undefined;
}

function wrongProfession(query: QueryReading): string | false {
  for (const sum of sumsIn(query).filter(({ column }) => column.use.table === "damir")) {
    for (const columns of specialities) {
      const code = onlySpeciality(sum, columns);
      if (code === none) {
        return `${columns.speciality} = 0 n'est pas une profession : c'est tout ce qui n'a pas de spécialité médicale (trois lignes sur quatre), des infirmiers aux pharmacies et à l'inconnu.`;
      }
      if (code === orthodontists) {
        return `${columns.speciality} = 36 ne prend que les dentistes spécialistes d'orthodontie (O.D.F.) ; les chirurgiens-dentistes sont sous ${columns.profession} = 19.`;
      }
    }
  }
  return false;
}

/** The traps of who executes and of who prescribes: a column of specialities only knows doctors. */
export const professionTraps: readonly Trap[] = [
  {
    rule: "specialite-et-profession",
    why: "Une profession qui n'est pas médecin est cherchée parmi les spécialités des médecins.",
    instead:
      "Prenez pse_act_snds (ou psp_act_snds) pour les professions : 19 dentistes, 24 infirmiers, 26 kinésithérapeutes, 50 pharmacies ; pour tous les dentistes, pse_act_snds = 19 OR pse_spe_snds = 36.",
    find: wrongProfession,
  },
];
