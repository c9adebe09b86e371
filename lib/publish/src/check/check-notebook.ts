import { checkDisclosure } from "./disclosure-check.js";
import type { CheckReport, Finding, Notebook } from "./check-report.js";
import { lint } from "./lint.js";
import { identityOf, type NotebookIdentity } from "./notebook-identity.js";
import { shownText } from "./outputs-read.js";
import { readNotebook } from "./read-notebook.js";
import { describeSources, namedTables } from "./read-sources.js";
import { runNotebook } from "./run-notebook.js";
import { checkSecrets } from "./secrets.js";

/** How a notebook is checked. */
export interface CheckOptions extends NotebookIdentity {
  /**
   * True to keep the outputs in the file instead of running it. They must have been run in order, all of them. That the code is still
   * the one they came from can't be told from the file.
   */
  saved?: boolean;
  /** True for a draft that nobody is to see: synthetic data, a missing author or licence warn instead of refusing. */
  draft?: boolean;
  /** Longest time for one cell, in seconds; 600 unless said. */
  cellSeconds?: number;
  /** Day of the reading, `AAAA-MM-JJ`; today unless said. */
  today?: string;
  /** Told as cells run: how many of the notebook's, from 1 to `total`. */
  progress?: (done: number, total: number) => void;
}

const draftRules = new Set(["synthetique", "auteur", "licence"]);

/**
 * Checks a notebook before it becomes a page: runs it in a fresh kernel, in order, then reads its texts, its code and all that its
 * outputs show. The file isn't changed, and the network isn't asked for anything beyond what the notebook itself asks.
 *
 * @param path the `.ipynb`; its cells run in its folder
 * @throws UserError when the file can't be read or the project's Python environment is missing. What is wrong with the notebook
 * itself is a finding.
 */
export async function checkNotebook(path: string, options: CheckOptions = {}): Promise<CheckReport> {
  const original = readNotebook(path);
  const findings: Finding[] = [];
  let executed = original;
  let read;
  if (options.saved === true) {
    findings.push(...savedInOrder(original));
    read = namedTables(original);
  } else {
    const run = await runNotebook(path, options.cellSeconds ?? 600, options.progress);
    executed = run.notebook;
    read = run.read;
    if (run.failure) findings.push(run.failure);
  }
  const sources = describeSources(read, options.today ?? new Date().toISOString().slice(0, 10));
  const marked = executed.cells.findIndex((cell) => shownText(cell).includes("DONNÉES SYNTHÉTIQUES"));
  const generated = sources.filter((source) => source.synthetic).map(({ table }) => table);
  const synthetic = marked >= 0 || generated.length > 0;
  if (synthetic) {
    findings.push({
      severity: "erreur",
      rule: "synthetique",
      ...(marked < 0 ? {} : { cell: marked + 1 }),
      text: `Le notebook lit des données synthétiques${generated.length > 0 ? ` (${generated.join(", ")})` : ""} : ses chiffres ne disent rien de la France.`,
      remedy:
        "Téléchargez de vrais mois (npx damir data pull), relisez vos textes, puis recommencez. Pour voir la page sans la publier : --draft.",
    });
  }
  if (sources.length === 0) {
    findings.push({
      severity: "avertissement",
      rule: "sources",
      text: "Le notebook ne lit aucun jeu de données connu.",
      remedy:
        "Une réutilisation sans jeu de données est cachée sur data.gouv.fr : lisez une table par damir.sql.",
    });
  }
  const identity = identityOf(executed, options);
  findings.push(
    ...lint(executed, identity),
    ...checkSecrets(executed, identity.email),
    ...checkDisclosure(executed.cells),
  );
  const weighed = findings.map((finding): Finding =>
    options.draft === true && draftRules.has(finding.rule)
      ? { ...finding, severity: "avertissement" }
      : finding,
  );
  return {
    findings: weighed,
    publishable: weighed.every(({ severity }) => severity !== "erreur"),
    executed,
    sources,
    synthetic,
  };
}

/** Saved outputs stand for the code only where every cell ran once, from the first to the last, without an error. */
function savedInOrder({ cells }: Notebook): Finding[] {
  const remedy =
    "Relancez tout (Exécution › Redémarrer et tout exécuter) et enregistrez, ou publiez sans cette option.";
  const refuse = (cell: number, text: string): Finding[] => [
    { severity: "erreur", rule: "ordre", cell, text, remedy },
  ];
  let expected = 1;
  for (const [index, cell] of cells.entries()) {
    if (cell.cell_type !== "code" || cell.source.trim() === "") continue;
    const count = cell.execution_count ?? null;
    if (count === null)
      return refuse(index + 1, "Cette cellule n'a pas été exécutée avant l'enregistrement.");
    if (count !== expected) {
      return refuse(
        index + 1,
        `Les cellules n'ont pas été exécutées dans l'ordre depuis un noyau neuf : celle-ci porte le numéro ${count}, attendu ${expected}.`,
      );
    }
    if (cell.outputs?.some(({ output_type }) => output_type === "error") === true) {
      return refuse(index + 1, "Cette cellule s'est terminée par une erreur.");
    }
    expected += 1;
  }
  return [];
}
