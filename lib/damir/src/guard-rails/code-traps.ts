import { prestations } from "../dictionary/postes.js";
import { territories } from "../geography/geography.js";
import { mayPass } from "./evaluation.js";
import { partsOf } from "./expression.js";
import { natureRow } from "./natures.js";
import type { Expression } from "./query-model.js";
import { mayAdd, rowWith, sumsIn, type Sum } from "./sums.js";
import type { Months, QueryReading, Trap } from "./trap.js";

/** The general practitioner's consultation: the code that most have until a processing month, and the one after it. */
const consultation = { before: 1111, after: 1110, lastBefore: 201712 };

/** True when a sum takes one nature and surely not another, in some processing months of the table. */
function takesOnly(sum: Sum, { first, last }: Months, taken: number, other: number): boolean {
  const { use } = sum.column;
  const nature = (code: number) => rowWith(use, { prs_nat: code });
  if (!mayAdd(sum, nature(taken)) || mayAdd(sum, nature(other))) return false;
  for (let year = Math.floor(first / 100); year <= Math.floor(last / 100); year++) {
    for (let number = 1; number <= 12; number++) {
      const month = year * 100 + number;
      const isWrong =
        taken === consultation.after ? month <= consultation.lastBefore : month > consultation.lastBefore;
      if (!isWrong || month < first || month > last) continue;
      const date = `${year}-${String(number).padStart(2, "0")}-01`;
      const row = rowWith(use, {
        prs_nat: taken,
        flx_ann_moi: month,
        mois_traitement: date,
        soi_ann: year,
        soi_moi: number,
        mois_soins: date,
      });
      if (mayPass([...sum.by.block.conditions, ...sum.conditions], row)) return true;
    }
  }
  return false;
}

/** Says which code of the consultation lacks. */
function replacedCode(query: QueryReading): string | false {
  const sums = sumsIn(query).filter(({ column }) => column.use.table === "damir");
  const months = query.months("damir");
  if (months === undefined) return false;
  const { before, after } = consultation;
  for (const [taken, other] of [
    [after, before],
    [before, after],
  ] as const) {
    const takesOther = sums.some((sum) => mayAdd(sum, rowWith(sum.column.use, { prs_nat: other })));
    if (takesOther || !sums.some((sum) => takesOnly(sum, months, taken, other))) continue;
    return `La consultation du généraliste est surtout ${before} jusqu'en 2017 et ${after} ensuite : avec ${taken} seul, la série a une marche qui n'est que de codage.`;
  }
  return false;
}

/** Postes of products, whose price above the tariff isn't an overcharge of a professional. */
const products = new Set([
  "audioprotheses",
  "dispositifs-implantables",
  "dispositifs-medicaux",
  "medicaments",
  "medicaments-hopital",
  "optique",
  "produits-humains",
]);

/** True when all the natures whose `*_dep_mnt` is summed are products. */
function sumsOverchargesOfProducts(sum: Sum): boolean {
  const natures = [...prestations().values()].filter((nature) =>
    mayAdd(sum, natureRow(nature, sum.column.use)),
  );
  return natures.length > 0 && natures.every(({ poste }) => products.has(poste));
}

/** Columns of places whose codes are texts, and the codes of each, read when first asked. */
const placeCodes = new Map<string, ReadonlySet<string>>();

function codesOf(level: "cpam" | "departement" | "region"): ReadonlySet<string> {
  const known = placeCodes.get(level) ?? new Set(territories(level).map(({ code }) => code));
  placeCodes.set(level, known);
  return known;
}

function placeLevel(expression: Expression | undefined): "cpam" | "departement" | "region" | undefined {
  if (expression?.kind !== "column") return undefined;
  const { name } = expression;
  return name === "cpam" || name === "departement" || name === "region" ? name : undefined;
}

/** The code that was meant by something that isn't one: `01` for 1, `2A` for `2a`; undefined for a code, or what looks like none. */
function meantCode(level: "cpam" | "departement" | "region", written: string): string | undefined {
  const codes = codesOf(level);
  if (codes.has(written)) return undefined;
  const bare = written.trim().toUpperCase();
  return [bare, bare.padStart(2, "0"), bare.padStart(3, "0"), bare.replace(/^0/, "")].find((code) =>
    codes.has(code),
  );
}

const numberTypes = /^cast (?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL)$/;

/** Comparisons with codes one by one: the bounds of a range needn't be codes. */
const equalities = new Set(["COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_IN", "COMPARE_NOT_IN"]);

/** Says which text code of a place is read as a number, or written as it isn't. */
function misreadPlace(part: Expression): string | undefined {
  if (part.kind !== "call") return undefined;
  const { name, operands } = part;
  if (numberTypes.test(name)) {
    const level = placeLevel(operands[0]);
    return (
      level &&
      `${level} devient un nombre : « 2A » n'en est pas un, et la caisse 011 de l'Ain devient 11, le code de l'Aude.`
    );
  }
  if (!name.startsWith("COMPARE_")) return undefined;
  const level = operands.map(placeLevel).find((found) => found !== undefined);
  if (level === undefined) return undefined;
  for (const operand of operands) {
    if (operand.kind !== "constant") continue;
    const { value } = operand;
    if (typeof value === "number") {
      const code = meantCode(level, String(value)) ?? String(value);
      return `${level} est comparé au nombre ${value}, et contient des textes : '${code}'.`;
    }
    const code = typeof value === "string" && equalities.has(name) ? meantCode(level, value) : undefined;
    if (code !== undefined) return `${level} ne vaut jamais '${String(value)}' : le code est '${code}'.`;
  }
  return undefined;
}

function misreadPlaces({ blocks }: QueryReading): string | false {
  for (const { expressions } of blocks) {
    for (const expression of expressions) {
      for (const part of partsOf(expression)) {
        const why = misreadPlace(part);
        if (why !== undefined) return why;
      }
    }
  }
  return false;
}

/** Traps of codes: what they stand for changes with time, with the kind of care, or when they are read as numbers. */
export const codeTraps: readonly Trap[] = [
  {
    rule: "code-remplace",
    why: "Un code change de sens au cours de la période lue.",
    instead:
      "Prenez les deux codes, prs_nat IN (1110, 1111), ou suivez un poste (JOIN prs_nat_postes ON code = prs_nat).",
    find: replacedCode,
  },
  {
    rule: "depassement-de-produits",
    why: "Le dépassement (*_dep_mnt) n'existe que pour des honoraires : il est nul pour les lunettes, les audioprothèses, les autres dispositifs et les médicaments, même vendus au-dessus de leur tarif.",
    instead:
      "Pour ces produits, l'écart au tarif est la dépense moins la base : sum(prs_pai_mnt) - sum(prs_rem_bse), avec WHERE prs_rem_typ = 0.",
    find: (query) =>
      sumsIn(query, ({ table }, name) => table === "damir" && name.endsWith("_dep_mnt")).some(
        sumsOverchargesOfProducts,
      ),
  },
  {
    rule: "code-en-nombre",
    why: "Un code de lieu, qui est un texte, est lu comme un nombre.",
    instead:
      "Écrivez les codes comme des textes, avec leurs zéros : departement = '01', cpam = '011', departement IN ('2A', '2B').",
    find: misreadPlaces,
  },
];
