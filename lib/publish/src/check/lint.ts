import { readTexts } from "../notebook-text.js";
import type { Finding, Notebook, NotebookCell } from "./check-report.js";
import type { NotebookIdentity } from "./notebook-identity.js";
import { specOf } from "./outputs-read.js";

const isText = (cell: NotebookCell | undefined) =>
  cell?.cell_type === "markdown" && cell.source.replace(/^#.*$/gm, "").trim() !== "";

const isDrawn = (cell: NotebookCell | undefined) =>
  (cell?.outputs ?? []).some(
    (output) => specOf(output) !== undefined || output.data?.["image/png"] !== undefined,
  );

/** What a page needs that its author may have forgotten: title, question, author, licence, words around charts, their alternatives. */
export function lint(notebook: Notebook, { author, licence }: NotebookIdentity): Finding[] {
  const { cells } = notebook;
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], rule: string, text: string, remedy: string, cell?: number) =>
    findings.push({ severity, rule, text, remedy, ...(cell === undefined ? {} : { cell }) });
  const { title, question, limits } = readTexts(notebook);
  if (title === undefined) {
    add(
      "erreur",
      "titre",
      "Le notebook n'a pas de titre.",
      "Commencez-le par une cellule de texte « # Titre ».",
    );
  }
  if (question === undefined) {
    add(
      "erreur",
      "question",
      "Le notebook ne dit pas à quelle question il répond.",
      "Ajoutez sous le titre un paragraphe « **La question** : … ? ».",
    );
  }
  if (limits === undefined) {
    add(
      "avertissement",
      "limites",
      "Le notebook ne dit pas ses limites.",
      "Ajoutez une partie « ## Limites » : ce que les données ne disent pas.",
    );
  }
  if (author === undefined) {
    add(
      "erreur",
      "auteur",
      "L'auteur du notebook n'est pas dit.",
      'Donnez votre nom (--author "Prénom Nom", ou authors: [{ name }] dans les métadonnées du notebook).',
    );
  }
  if (licence === undefined) {
    add(
      "erreur",
      "licence",
      "La licence du notebook n'est pas dite.",
      "Choisissez-la (--licence, ou license: { name } dans les métadonnées), par exemple « Licence Ouverte 2.0 » ou « MIT ».",
    );
  }
  cells.forEach((cell, index) => {
    const number = index + 1;
    if (cell.cell_type === "markdown" && /!\[[^\]]*\]\((?!data:|attachment:)/.test(cell.source)) {
      add(
        "avertissement",
        "image",
        "Cette image est un fichier à part ou vient d'un autre site : la page ne la montrera pas.",
        "Collez l'image dans la cellule (elle devient une pièce jointe).",
        number,
      );
    }
    if (!isDrawn(cell)) return;
    for (const output of cell.outputs ?? []) {
      const spec = specOf(output);
      if (spec !== undefined && !(typeof spec["description"] === "string" && spec["description"].trim())) {
        add(
          "avertissement",
          "alternative",
          "Ce graphique n'a pas d'alternative en texte : une personne aveugle n'en saura rien.",
          "Ajoutez « description » à la spécification, ou tracez-le avec chart ou map, qui l'écrivent.",
          number,
        );
      }
    }
    // Two drawings in a row are commented together.
    let [before, after] = [index - 1, index + 1];
    while (isDrawn(cells[before])) before -= 1;
    while (isDrawn(cells[after])) after += 1;
    if (!isText(cells[after]) && !isText(cells[before])) {
      add(
        "avertissement",
        "texte",
        "Aucun texte n'entoure ce graphique.",
        "Dites avant ce qu'il montre, et après ce qu'on y voit et ce qu'il ne faut pas en conclure.",
        number,
      );
    }
  });
  return findings;
}
