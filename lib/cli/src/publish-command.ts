import { InvalidArgumentError, type Command } from "commander";
import { destinations } from "./publish-destination.js";
import { publish, type PublishCommandOptions } from "./publish.js";
import { speakFrench } from "./french-usage.js";
import type { TerminalEffects } from "./terminal.js";

/** Adds `damir publish`. */
export function addPublishCommand(damir: Command, effects: TerminalEffects): void {
  speakFrench(damir.command("publish"))
    .description("publie un notebook : sa page sur un site, et sa réutilisation sur data.gouv.fr")
    .usage("[options] <NOTEBOOK>")
    .argument("<NOTEBOOK>", "le fichier .ipynb")
    .option(
      "--to <OÙ>",
      "où va la page : folder (un dossier), git (GitHub ou GitLab Pages), s3 (un compartiment)",
      destinationFromText,
    )
    .option("--folder <DOSSIER>", "avec --to folder : le dossier du site, créé s'il n'existe pas")
    .option("--repository <DOSSIER>", "avec --to git : votre dépôt (le dossier courant sinon)")
    .option("--remote <NOM>", "avec --to git : le dépôt distant (origin sinon)")
    .option("--branch <NOM>", "avec --to git : la branche que montre le site (gh-pages sinon)")
    .option("--bucket <NOM>", "avec --to s3 : le compartiment")
    .option(
      "--endpoint <ADRESSE>",
      "avec --to s3 : le service (sinon la variable AWS_S3_ENDPOINT, sinon Amazon)",
    )
    .option("--region <NOM>", "avec --to s3 : la région (sinon la variable AWS_REGION)")
    .option("--path <DOSSIER>", "dossier du site où vont les analyses (sa racine sinon)")
    .option("--address <ADRESSE>", "adresse où les visiteurs lisent le site, si elle ne se devine pas")
    .option("--slug <NOM>", "nom de la page dans les adresses (celui du fichier sinon)")
    .option("--author <NOM>", "qui signe (sinon « authors » des métadonnées du notebook)")
    .option("--email <ADRESSE>", "adresse électronique de l'auteur, la seule que la page puisse montrer")
    .option("--licence <NOM>", "licence de l'analyse (sinon « license » des métadonnées du notebook)")
    .option(
      "--saved",
      "garde les résultats enregistrés, s'ils l'ont été dans l'ordre, sans relancer le notebook",
    )
    .option("--cell-minutes <N>", "durée la plus longue d'une cellule (10 sinon)", numberOf("--cell-minutes"))
    .option(
      "--draft",
      "un brouillon : données synthétiques admises, page marquée, fiche visible de vous seul",
    )
    .option("--replace", "publie par-dessus la page d'un autre auteur, ou changée à la main sur le site")
    .option(
      "--wait <MINUTES>",
      "attente de la page à son adresse (git : 10, s3 : 1 ; 0 : sans attendre)",
      numberOf("--wait"),
    )
    .option("--no-card", "la page seule, sans fiche sur data.gouv.fr")
    .option("--demo", "la fiche sur demo.data.gouv.fr, le site d'essai")
    .option("--organization <NOM>", "organisation au nom de qui la fiche est publiée (vous en êtes membre)")
    .option(
      "--tag <MOT>",
      "mot-clé de la fiche, à répéter pour plusieurs",
      (word: string, before: string[] | undefined) => [...(before ?? []), word],
    )
    .option("--image <FICHIER>", "un PNG pour la fiche et la liste, au lieu du premier dessin")
    .option("--restore", "rétablit la fiche que vous aviez supprimée")
    .option("--dry-run", "contrôle, compose la page et montre les requêtes exactes, sans rien envoyer")
    .option("--yes", "sans demander d'accord avant de publier")
    .option("--json", "une ligne JSON par événement sur la sortie (docs/publier.md)")
    .addHelpText(
      "after",
      `
Le notebook est relancé dans un noyau neuf et contrôlé ; sa page est un seul fichier, sans réseau ; elle est déposée, attendue à son
adresse, puis sa fiche est écrite, en brouillon d'abord. Rien n'est écrit nulle part avant que la page et la fiche ne soient prêtes.
Interrompu, relancez la même commande : elle reprend la même page et la même fiche, sans en faire d'autres.

Clé de data.gouv.fr : la variable DATAGOUV_API_KEY (DATAGOUV_DEMO_API_KEY avec --demo) ; sinon elle est demandée, et gardée si vous le
voulez. Sans clé, la page est publiée et la commande dit comment faire la fiche. Clés d'un compartiment : AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Proxy : HTTPS_PROXY, HTTP_PROXY, NO_PROXY. Le guide : docs/publier.md.

Exemples :
  damir publish mes-analyses/02-depassements.ipynb --to folder --folder site --draft
  damir publish analyse.ipynb --to git --repository ~/analyses --author "Camille Martin" --licence "Licence Ouverte 2.0"
  damir publish analyse.ipynb --to s3 --bucket camille --path diffusion/analyses --dry-run`,
    )
    .action((notebook: string, options: PublishCommandOptions) => publish(notebook, options, effects));
}

function destinationFromText(text: string): string {
  if (destinations.some((name) => name === text)) return text;
  throw new InvalidArgumentError(`--to prend folder, git ou s3, pas « ${text} ».`);
}

function numberOf(option: string): (text: string) => number {
  return (text) => {
    const number = Number(text.replace(",", "."));
    if (text.trim() === "" || !(number >= 0)) {
      throw new InvalidArgumentError(`${option} prend un nombre de minutes, pas « ${text} ».`);
    }
    return number;
  };
}
