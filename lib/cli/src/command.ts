import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { damirHome, UserError } from "damir";
import { addData } from "./data-add.js";
import { checkData } from "./data-check.js";
import { listData } from "./data-list.js";
import { mirrorData } from "./data-mirror.js";
import { pullData, requestsFrom, type PullCommandOptions } from "./data-pull.js";
import { removeData } from "./data-remove.js";
import { sampleData } from "./data-sample.js";
import { addPublishCommand } from "./publish-command.js";
import { serveStoreFiles } from "./serve-files.js";
import { serveLoad, type ServeLoadOptions } from "./serve-load.js";
import { serveSpark, type ServeSparkOptions } from "./serve-spark.js";
import { serveTeam, type ServeTeamOptions } from "./serve-team.js";
import { serveWatch, type ServeWatchOptions } from "./serve-watch.js";
import { frenchUsageError, speakFrench } from "./french-usage.js";
import { defaultEffects, type TerminalEffects } from "./terminal.js";

/** Options that every command on the data takes. */
interface HomeOption {
  home?: string;
}

/** Of the commands that machines read too. */
interface JsonOption {
  json?: boolean;
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
      examples(
        "damir data sample",
        "damir data add open-damir A202501.csv.gz",
        "damir data list",
        "damir publish analyse.ipynb --to folder --folder site --draft",
      ),
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
    .argument("<JEU>", "jeu de données du catalogue : open-damir, medecins, population… (damir data list)")
    .argument("<FICHIER...>", "fichiers tels que publiés (.csv, .csv.gz, .zip, .xlsx, .geojson)")
    .option(
      "--json",
      "un document JSON sur la sortie : { imported: [{ source, table, month, rows, bytes, … }] }",
    )
    .option(
      "--jobs <N>",
      "mois d'Open DAMIR importés à la fois, de 1 à 8 (1 sinon), 2 Go de mémoire chacun",
      jobsFromText,
    )
    .addHelpText(
      "after",
      `
Open DAMIR se télécharge mois par mois (A202501.csv.gz : environ 1 Go, 6 Go décompressé) :
https://www.data.gouv.fr/datasets/open-damir-base-complete-sur-les-depenses-dassurance-maladie-interregimes
Chaque fichier est vérifié ligne à ligne ; s'il est abîmé, vos données restent comme elles étaient.
Un mois déjà importé est remplacé.
${examples("damir data add open-damir A202501.csv.gz", "damir data add open-damir ~/Téléchargements/A2024*.csv.gz")}`,
    )
    .action((id: string, files: string[], options: HomeOption & JsonOption & { jobs?: number }) =>
      addData(id, files, homeOf(options), options, effects),
    );

  dataCommand("pull")
    .description("télécharge des données publiées et les importe")
    .usage(
      "[options] <JEU> [PÉRIODE...] [<JEU> [PÉRIODE...]]...\n       damir data pull --from ADRESSE [options] [JEU [PÉRIODE...]]...",
    )
    .argument("[JEU...]", "jeux du catalogue, chacun suivi de ses périodes : 2024-03, 2024, 2024-01..2024-12")
    .option(
      "--from <ADRESSE>",
      "copie le magasin qu'une autre machine sert (damir serve files) ; sans jeu, tout",
    )
    .option("--jobs <N>", "téléchargements à la fois, de 1 à 8 (2 sinon)", jobsFromText)
    .option("--keep", "garde les fichiers téléchargés après leur import")
    .option("--force", "télécharge et importe de nouveau ce qui n'a pas changé")
    .option("--dry-run", "dit ce qui serait téléchargé, les tailles et le disque nécessaire, sans rien faire")
    .option("--json", "une ligne JSON par événement sur la sortie : plan, progress, imported, done")
    .addHelpText(
      "after",
      `
Interrompu (Ctrl-C, panne, coupure), relancez la même commande : elle reprend où elle en est. Ce qui est déjà importé et n'a pas
changé n'est pas téléchargé de nouveau. Les imports se font un par un, pendant les téléchargements suivants : un seul prend déjà
toute la machine.

Les originaux sont enlevés après leur import, sauf avec --keep : un an d'Open DAMIR en fait 11 Go, le magasin garde toutes leurs
lignes et leur sha256, et ils se retéléchargent. Tant qu'un fichier n'est pas importé, il reste.

Événements de --json : plan { files, missing, bytes, disk }, progress { name, done, total } à chaque pour cent d'une étape,
imported { dataset, source, table, month, rows, … }, done { imported, unchanged, missing, failures }.

Proxy : HTTPS_PROXY, HTTP_PROXY et NO_PROXY ; certificat d'entreprise : NODE_EXTRA_CA_CERTS.
Miroir : DAMIR_MIRROR=http://serveur:8080 fait lire https://site/chemin à l'adresse http://serveur:8080/site/chemin.
${examples("damir data pull open-damir 2024-01..2024-12", "damir data pull open-damir 2024-03 --dry-run", "damir data pull population medecins meteo 2023..2024 accidents 2023", "damir data pull --from http://serveur:8080 open-damir 2024")}`,
    )
    .action((words: string[], options: HomeOption & Partial<PullCommandOptions> & { from?: string }) => {
      const { from, jobs = 2 } = options;
      if (from !== undefined) {
        return mirrorData(requestsFrom(words), homeOf(options), { ...options, from, jobs }, effects);
      }
      if (words.length === 0) {
        throw new CommanderError(2, "commander.missingArgument", "error: missing required argument 'JEU'");
      }
      return pullData(words, homeOf(options), { ...options, jobs }, effects);
    });

  dataCommand("check")
    .description("relit les données et vérifie tailles, sha256, lignes et sommes")
    .usage("[options]")
    .option(
      "--json",
      "un document JSON sur la sortie : { ok, stores: [{ folder, files, rows, faults, outdated, leftovers }] }",
    )
    .addHelpText("after", examples("damir data check"))
    .action((options: HomeOption & JsonOption) => checkData(homeOf(options), options.json ?? false, effects));

  dataCommand("remove")
    .description(
      "enlève un jeu de données, ou une partie de ses mois ou de ses années, et ses téléchargements",
    )
    .usage("[options] <JEU> [PÉRIODE...]")
    .argument("<JEU>", "jeu de données du catalogue")
    .argument(
      "[PÉRIODE...]",
      "mois à enlever (2024-03, 2024, 2024-01..2024-06), ou années pour accidents et meteo ; sans période, tout le jeu",
    )
    .option("--yes", "sans demander confirmation")
    .option("--json", "un document JSON sur la sortie : { dataset, stored, rows, downloaded, bytes }")
    .addHelpText("after", examples("damir data remove open-damir 2023", "damir data remove meteo 2024 --yes"))
    .action((id: string, periods: string[], options: HomeOption & JsonOption & { yes?: boolean }) =>
      removeData(id, periods, homeOf(options), options, effects),
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
    .description(
      "dit quelles données sont là (lignes, période, taille, réelles ou synthétiques) et lesquelles existent",
    )
    .usage("[options]")
    .option("--json", "un document JSON sur la sortie : { home, store, sample, catalogue }")
    .addHelpText("after", examples("damir data list"))
    .action((options: HomeOption & JsonOption) => listData(homeOf(options), options.json ?? false, effects));

  addPublishCommand(damir, effects);

  const serve = speakFrench(damir.command("serve"))
    .description("partage les données entre plusieurs personnes")
    .usage("COMMANDE [options]")
    .addHelpText("after", examples("damir serve load --url postgres://proprietaire@serveur/damir"));

  speakFrench(serve.command("load"))
    .description("charge les données dans un serveur PostgreSQL (15 ou plus)")
    .usage("[options]")
    .option(
      "--url <ADRESSE>",
      "postgres://ROLE:MOTDEPASSE@SERVEUR:5432/BASE du propriétaire (sinon la variable DAMIR_OWNER_URL)",
    )
    .option(
      "--reader-password-file <FICHIER>",
      "mot de passe à donner au rôle damir_lecture (sinon la variable DAMIR_READER_PASSWORD)",
    )
    .option(
      "--home <DOSSIER>",
      "dossier des données (sinon la variable DAMIR_HOME, sinon .damir dans le projet)",
    )
    .option("--jobs <N>", "mois chargés à la fois, de 1 à 8 (un par cœur sinon, 4 au plus)", jobsFromText)
    .option("--json", "un document JSON sur la sortie : { server, tables, rows, unchanged, notes }")
    .addHelpText(
      "after",
      `
Les mêmes tables que dans les notebooks, avec leurs commentaires, leurs clés et leurs index, et un rôle qui ne fait que les lire,
damir_lecture. Ce qui est déjà sur le serveur et n'a pas changé n'est pas rechargé. Chaque mois est vérifié, puis prend sa place en une
transaction : interrompue, la commande laisse des mois entiers ; relancée, elle ne charge que les autres. Tenir un serveur :
docs/serveur.md.
Sans --url, l'adresse ne se voit pas dans la liste des programmes de la machine.
${examples("damir serve load --url postgres://proprietaire@serveur/damir --reader-password-file lecture.txt")}`,
    )
    .action((options: HomeOption & ServeLoadOptions) => serveLoad(homeOf(options), options, effects));

  speakFrench(serve.command("files"))
    .description("sert les données importées par HTTP, à copier sur d'autres machines du réseau")
    .usage("[options]")
    .option("--port <N>", "port (8080 sinon)", portFromText)
    .option("--host <ADRESSE>", "adresse où écouter (toutes celles de la machine sinon)")
    .option(
      "--home <DOSSIER>",
      "dossier des données (sinon la variable DAMIR_HOME, sinon .damir dans le projet)",
    )
    .addHelpText(
      "after",
      `
manifest.json, SHA256SUMS et chaque fichier Parquet, avec reprise (Range) et empreintes. Rien d'autre du disque n'est servi. L'autre
machine copie et vérifie : damir data pull --from http://CETTE-MACHINE:8080
${examples("damir serve files", "damir serve files --port 9000 --host 192.168.1.10")}`,
    )
    .action((options: HomeOption & { host?: string; port?: number }) =>
      serveStoreFiles(homeOf(options), { ...options, port: options.port ?? 8080 }, effects),
    );

  speakFrench(serve.command("spark"))
    .description("déclare les données à un cluster Spark, qui lit les mêmes fichiers : rien n'est copié")
    .usage("[options]")
    .option("--url <ADRESSE>", "sc://SERVEUR:15002 du serveur Spark Connect (sinon la variable DAMIR_URL)")
    .option(
      "--files <ADRESSE>",
      "où le cluster trouve le même dossier : file:///partage/damir, s3a://seau/damir (sinon le même chemin qu'ici)",
    )
    .option(
      "--home <DOSSIER>",
      "dossier des données (sinon la variable DAMIR_HOME, sinon .damir dans le projet)",
    )
    .option("--json", "un document JSON sur la sortie : { server, tables, rows }")
    .addHelpText(
      "after",
      `
Les mêmes tables que dans les notebooks, avec leurs colonnes et leurs commentaires, puis le cluster en compte les lignes. À relancer
quand un mois s'ajoute, et après chaque démarrage du serveur Spark. Installer le cluster, ses machines et ses droits :
docs/moteur-distribue.md.
${examples("damir serve spark --url sc://serveur:15002", "damir serve spark --url sc://serveur:15002 --files file:///partage/damir")}`,
    )
    .action((options: HomeOption & ServeSparkOptions) => serveSpark(homeOf(options), options, effects));

  speakFrench(serve.command("team"))
    .description(
      "donne à une équipe un rôle qui ne fait que lire, avec ses limites ; ou met ses limites à jour",
    )
    .usage("[options] <NOM>")
    .argument("<NOM>", "nom de l'équipe : urgences donne le rôle equipe_urgences")
    .option("--url <ADRESSE>", "adresse d'un rôle qui peut en créer (sinon la variable DAMIR_OWNER_URL)")
    .option(
      "--connections <N>",
      "connexions à la fois (8 sinon ; un notebook en ouvre 4 au plus)",
      limitOf("--connections"),
    )
    .option("--seconds <N>", "durée d'une requête (120 sinon)", limitOf("--seconds"))
    .option("--memory <MO>", "mémoire d'un tri ou d'une jointure (64 sinon)", limitOf("--memory"))
    .option("--disk <MO>", "disque des tris et jointures d'une session (2048 sinon)", limitOf("--disk"))
    .option("--new-password", "donne un autre mot de passe à une équipe qui en a déjà un")
    .option("--remove", "enlève l'équipe, et ferme ses connexions")
    .option("--json", "un document JSON sur la sortie : { role, address, password, limits, notes }")
    .addHelpText(
      "after",
      `
Le mot de passe est montré une fois : le serveur n'en garde qu'une empreinte. Une session peut changer pour elle-même la durée et la
mémoire (SET), pas ses connexions, son disque ni ses droits : « damir serve watch » tient la durée.
${examples("damir serve team urgences", "damir serve team urgences --connections 20 --seconds 300", "damir serve team urgences --remove")}`,
    )
    .action((name: string, options: ServeTeamOptions) => serveTeam(name, options, effects));

  speakFrench(serve.command("watch"))
    .description("arrête les requêtes des équipes qui dépassent leur temps, quoi que disent leurs sessions")
    .usage("[options]")
    .option(
      "--url <ADRESSE>",
      "adresse d'un superutilisateur, ou d'un rôle qui a pg_signal_backend et pg_read_all_stats (sinon la variable DAMIR_OWNER_URL)",
    )
    .addHelpText(
      "after",
      `
PostgreSQL laisse chacun changer la durée de ses requêtes (SET statement_timeout) : cette commande, laissée ouverte sur le serveur, les
arrête au temps que « damir serve team » a donné à l'équipe, puis ferme la session si la requête continue. Elle ferme aussi les
transactions laissées ouvertes plus de dix minutes au-delà.
${examples("damir serve watch")}`,
    )
    .action((options: ServeWatchOptions) => serveWatch(options, effects));

  return damir;
}

function portFromText(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`--port prend un nombre de 0 à 65535, pas « ${text} ».`);
  }
  return port;
}

/** Reads the value of an option that is a whole number. */
function limitOf(option: string): (text: string) => number {
  return (text) => {
    const limit = Number(text);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new InvalidArgumentError(`${option} prend un nombre entier d'au moins 1, pas « ${text} ».`);
    }
    return limit;
  };
}

function jobsFromText(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 8) {
    throw new InvalidArgumentError(`--jobs prend un nombre de 1 à 8, pas « ${text} ».`);
  }
  return jobs;
}

function examples(...commands: string[]): string {
  return `\nExemples :\n${commands.map((command) => `  ${command}`).join("\n")}`;
}
