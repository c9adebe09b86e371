import type { TranslationBundle } from "@jupyterlab/translation";
import { commands } from "../commands.js";
import type { TourStep } from "./tour.js";

/** The stops, from the home page to publication. */
export function tourSteps(
  trans: TranslationBundle,
  execute: (command: string, args?: { readonly focus: boolean }) => Promise<unknown>,
): TourStep[] {
  const home = () => execute(commands.openHome);
  return [
    {
      title: trans.__("L'accueil"),
      text: trans.__(
        "Chaque carte est un notebook de départ : une question, les données qu'il lit, le temps qu'il prend. La recherche et les filtres en réduisent la liste.",
      ),
      prepare: home,
      target: ".damir-Home-cards",
    },
    {
      title: trans.__("Lire un notebook de départ"),
      text: trans.__(
        "Le titre d'une carte ouvre son notebook en lecture seule. Vous pouvez l'exécuter et y essayer des choses : l'original ne change pas.",
      ),
      prepare: home,
      target: ".damir-Card",
    },
    {
      title: trans.__("Forker"),
      text: trans.__(
        "« Forker » en fait une copie à vous, dans mes-analyses, ouverte sur ses paramètres. Plus tard, « Comparer » y montre ce que vous avez changé.",
      ),
      prepare: home,
      target: ".damir-Card .damir-Button",
    },
    {
      title: trans.__("Le panneau DAMIR"),
      text: trans.__(
        "Cherchez une variable ou un code, lisez sa définition et ses pièges, insérez-le dans votre cellule. L'onglet « Données » dit si vous lisez l'échantillon ou de vraies données, et télécharge des mois réels.",
      ),
      prepare: () => execute(commands.openPanel, { focus: false }),
      target: ".damir-Panel",
    },
    {
      title: trans.__("Publier"),
      text: trans.__(
        "Votre analyse, relancée et vérifiée sur de vraies données, devient une page web à déclarer comme réutilisation sur data.gouv.fr. Ce qui vient de l'échantillon synthétique ne se publie pas.",
      ),
      prepare: () => Promise.resolve(),
      target: '.jp-NotebookPanel:not(.lm-mod-hidden) [data-command="atelier-damir:share"]',
    },
  ];
}
