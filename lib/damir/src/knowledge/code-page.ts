import { codeListOf, type CodeList } from "../dictionary/code-lists.js";
import { codes, type DescribedTable } from "../dictionary/dictionary.js";
import { postes, prestations } from "../dictionary/postes.js";
import type { Block, PageContent } from "./page.js";
import { rowCount } from "./variable-page.js";

/** What the lists say of one code; undefined where its list hasn't it. */
export function codePage(list: CodeList, code: string): PageContent | undefined {
  const listed = list.codes.get(code);
  if (!listed) return undefined;
  const { variable, owner, text } = list;
  const written = text ? `'${code}'` : code;
  const described = owner === "damir" || owner === "damir_departement" ? owner : undefined;
  const full = described && codes(variable, described).find((one) => one.code === code);
  const facts = [
    ...(list.unknown.has(code) ? ["Ce code veut dire « inconnu »."] : []),
    ...(full?.libelle_depuis ? [`Libellé en vigueur depuis le ${full.libelle_depuis}.`] : []),
    ...(listed.autre_libelle ? [`Autre libellé : ${listed.autre_libelle}.`] : []),
    ...(full?.note ? [full.note] : []),
    ...(full?.editions ? [`Dictionnaire officiel : édition ${full.editions.replace(" ", " et ")}.`] : []),
    ...(listed.lignes > 0 ? [`${rowCount(listed.lignes)} lignes en janvier 2024.`] : []),
  ];
  return {
    title: `${variable} = ${written} : ${listed.libelle}`,
    subtitle: `code de ${described ?? (owner === "postes" ? "la table postes" : "la géographie")}`,
    blocks: [
      ...(facts.length > 0 ? [{ kind: "paragraph" as const, text: facts.join(" ") }] : []),
      ...(variable === "prs_nat" ? posteBlocks(Number(code)) : []),
      ...(variable === "poste" ? definitionOf(code) : []),
      ...elsewhere(list, code),
      ...(described ? [example(variable, described, written)] : []),
    ],
  };
}

/** The poste of a nature of service, what it is to it and what its quantity counts. */
function posteBlocks(code: number): Block[] {
  const prestation = prestations().get(code);
  if (!prestation) return [];
  const poste = postes().find(({ poste: name }) => name === prestation.poste);
  const unit =
    prestation.unite === ""
      ? "on ne sait pas ce que compte sa quantité"
      : `sa quantité compte des ${prestation.unite}`;
  const counts = prestation.acte_de_base
    ? ", et chacun est un acte"
    : ", qui ne sont pas à ajouter à des actes";
  return [
    {
      kind: "paragraph",
      text: `Poste : ${poste?.libelle ?? prestation.poste} (« ${prestation.poste} »). Rôle : ${prestation.role} ; ${unit}${prestation.unite === "" ? "" : counts}.`,
    },
    { kind: "paragraph", text: prestation.raison },
  ];
}

function definitionOf(poste: string): Block[] {
  const { definition } = postes().find(({ poste: name }) => name === poste) ?? {};
  return definition === undefined ? [] : [{ kind: "paragraph", text: definition }];
}

/** The same code in the other table, where it means something else. */
function elsewhere({ variable, owner, codes: mine }: CodeList, code: string): Block[] {
  const other: DescribedTable = owner === "damir" ? "damir_departement" : "damir";
  const list = owner === "damir" || owner === "damir_departement" ? codeListOf(variable, other) : undefined;
  const libelle = list?.variable === variable ? list.codes.get(code)?.libelle : undefined;
  if (libelle === undefined || libelle === mine.get(code)?.libelle) return [];
  return [{ kind: "paragraph", text: `Dans ${other}, ${variable} = ${code} se lit : ${libelle}.` }];
}

function example(variable: string, table: DescribedTable, written: string): Block {
  const amount = table === "damir" ? "flt_rem_mnt" : "rem_mon";
  const month = table === "damir" ? "mois_traitement" : "flx_ann_moi";
  return {
    kind: "code",
    title: "Exemple",
    text: `SELECT ${month}, sum(${amount}) AS rembourse\nFROM ${table}\nWHERE ${variable} = ${written}\nGROUP BY ${month}\nORDER BY ${month}`,
  };
}
