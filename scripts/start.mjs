/** `npm start`: from a fresh clone to JupyterLab on the starters. Options after `--` go to `jupyter lab`. */
import { StartError } from "./failure.mjs";
import { startLab } from "./lab.mjs";
import { choosePort, defaultPort, requestedPort, withoutPort } from "./port.mjs";
import { checkNode, setupSteps } from "./setup.mjs";
import { runSteps, stopTools } from "./step.mjs";

const help = `Atelier DAMIR : ouvre JupyterLab sur les notebooks de départ.

Usage : npm start [-- options de jupyter lab]

  npm start                                    installe ce qui manque, puis ouvre le navigateur
  npm start -- --port 9999                     sur un autre port
  npm start -- --no-browser                    sans ouvrir le navigateur
  DAMIR_HOME=/gros/disque npm start            données et réglages dans un autre dossier

Ctrl-C arrête tout.`;

/** @param {string[]} args */
async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return;
  }
  checkNode();
  const requested = requestedPort(args);
  // Asked for first: a taken port is said at once, not after minutes of set-up.
  if (requested !== undefined) await choosePort(requested);
  await runSteps(setupSteps);
  const port = await choosePort(requested);
  if (requested === undefined && port !== defaultPort) {
    console.log(`Le port ${defaultPort} est pris : le labo ouvre sur le port ${port}.`);
  }
  const lab = await startLab({ port, args: withoutPort(args), signal: stopped.signal });
  console.log(`\nL'Atelier DAMIR est ouvert : ${lab.url}\nCtrl-C l'arrête.`);
  await lab.ended;
  console.log("L'Atelier DAMIR est arrêté.");
}

const stopped = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    stopped.abort();
    stopTools();
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (stopped.signal.aborted) {
    console.error("\nArrêté. Relancez npm start : ce qui est fait n'est pas refait.");
  } else {
    console.error(error instanceof StartError ? `\n${error.message}` : error);
  }
  process.exitCode = 1;
}
