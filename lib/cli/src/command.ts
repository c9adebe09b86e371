import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { damirHome, UserError } from "damir";
import { addData } from "./data-add.js";
import { listData } from "./data-list.js";
import { sampleData } from "./data-sample.js";
import { frenchUsageError, speakFrench } from "./french-usage.js";
import { defaultEffects, type TerminalEffects } from "./terminal.js";

/** Options that every command on the data takes. */
interface HomeOption {
  home?: string;
}

/**
 * Runs the `damir` command.
 * @param words what was typed after `damir`
 * @returns the process's exit code: 0 done, 1 refused or failed, 2 mistyped
 */
export async function runDamir(words: string[], effects: TerminalEffects = defaultEffects): Promise<number> {
  try {
    await damirCommand(effects).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      const message = frenchUsageError(error);
      if (message !== undefined) effects.err(`${message}\nAide : damir --help\n`);
      return error.code === "commander.helpDisplayed" || error.code === "commander.version" ? 0 : 2;
    }
    if (error instanceof UserError) {
      effects.err(`${error.message}\n`);
      return 1;
    }
    effects.err(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\nC'est une erreur du programme, pas de vous : merci de la signaler aux mainteneurs du projet avec le texte ci-dessus.\n`,
    );
    return 1;
  }
}

function damirCommand(effects: TerminalEffects): Command {
  const damir = speakFrench(new Command("damir"))
    .description("Atelier DAMIR : les données ouvertes des dépenses de santé, dans vos notebooks.")
    .usage("COMMANDE [options]")
    .exitOverride()
    .configureOutput({ writeOut: effects.out, writeErr: effects.err, outputError: () => undefined })
    .addHelpText(
      "after",
      examples("damir data sample", "damir data add open-damir A202501.csv.gz", "damir data list"),
    );

  const data = speakFrench(damir.command("data"))
    .description("prépare les données que lisent les notebooks")
    .usage("COMMANDE [options]")
    .addHelpText("after", examples("damir data sample", "damir data list --home /données/damir"));

  const homeOf = ({ home }: HomeOption) => (home === undefined ? damirHome(effects.env) : resolve(home));
  const dataCommand = (name: string) =>
    speakFrench(data.command(name)).option(
      "--home <DOSSIER>",
      "dossier des données (sinon la variable DAMIR_HOME, sinon .damir dans le projet)",
    );

  dataCommand("add")
    .description("importe des fichiers publiés que vous avez déjà téléchargés")
    .usage("[options] <JEU> <FICHIER...>")
    .argument("<JEU>", "jeu de données : open-damir")
    .argument("<FICHIER...>", "fichiers .csv ou .csv.gz, tels que publiés")
    .addHelpText(
      "after",
      `
Open DAMIR se télécharge mois par mois (A202501.csv.gz : environ 1 Go, 6 Go décompressé) :
https://www.data.gouv.fr/datasets/open-damir-base-complete-sur-les-depenses-dassurance-maladie-interregimes
Chaque fichier est vérifié ligne à ligne ; s'il est abîmé, vos données restent comme elles étaient.
Un mois déjà importé est remplacé.
${examples("damir data add open-damir A202501.csv.gz", "damir data add open-damir ~/Téléchargements/A2024*.csv.gz")}`,
    )
    .action((dataset: string, files: string[], options: HomeOption) =>
      addData(dataset, files, homeOf(options), effects),
    );

  dataCommand("sample")
    .description("fabrique l'échantillon synthétique, pour essayer sans rien télécharger")
    .usage("[options]")
    .option("--force", "le refait même s'il est déjà là")
    .addHelpText("after", examples("damir data sample", "damir data sample --force"))
    .action((options: HomeOption & { force?: boolean }) =>
      sampleData(homeOf(options), options.force ?? false, effects),
    );

  dataCommand("list")
    .description("dit quelles données sont là : lignes, mois, taille, réelles ou synthétiques")
    .usage("[options]")
    .addHelpText("after", examples("damir data list"))
    .action((options: HomeOption) => {
      listData(homeOf(options), effects);
    });

  return damir;
}

function examples(...commands: string[]): string {
  return `\nExemples :\n${commands.map((command) => `  ${command}`).join("\n")}`;
}
