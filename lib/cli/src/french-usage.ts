import type { Command, CommanderError, HelpConfiguration } from "commander";

const titles: Record<string, string> = {
  "Usage:": "Usage :",
  "Arguments:": "Arguments :",
  "Options:": "Options :",
  "Commands:": "Commandes :",
};

/** Makes commander speak French: titles, and the `--help` option of a command and of its sub-commands. */
export function speakFrench(command: Command): Command {
  const help: HelpConfiguration = { styleTitle: (title) => titles[title] ?? title };
  return command.configureHelp(help).helpOption("-h, --help", "affiche cette aide").helpCommand(false);
}

/**
 * What commander blames the user for, in French.
 * @returns undefined where commander has already shown what was asked, the help for instance
 */
export function frenchUsageError(error: CommanderError): string | undefined {
  const [, name = ""] = /'([^']*)'/.exec(error.message) ?? [];
  const suggestion = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message)?.[1];
  const near = suggestion ? ` Vouliez-vous dire ${suggestion.replace(/, ([^,]*)$/, " ou $1")} ?` : "";
  switch (error.code) {
    case "commander.help":
    case "commander.helpDisplayed":
    case "commander.version":
      return undefined;
    case "commander.unknownCommand":
      return `Commande inconnue : ${name}.${near}`;
    case "commander.unknownOption":
      return `Option inconnue : ${name}.${near}`;
    case "commander.missingArgument":
      return `Il manque un argument : ${name}.`;
    case "commander.optionMissingArgument":
      return `Il manque la valeur de l'option ${name}.`;
    case "commander.excessArguments":
      return "Cette commande ne prend pas autant d'arguments.";
    case "commander.invalidArgument":
      // "error: option '…' argument '…' is invalid. " comes before our own sentence.
      return error.message.replace(/^.* is invalid\. /s, "");
    default:
      return `Commande mal écrite (${error.message.replace(/^error: /, "")}).`;
  }
}
