/** `npm run event`: the hub of an event without a container engine; `npm run event -- equipes ajouter` makes its accounts. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { StartError } from "./failure.mjs";
import { checkNode, home, kernelspec, pythonEnvironment, root, setupSteps } from "./setup.mjs";
import { runSteps } from "./step.mjs";

/** The image's Python environment, beside the project's own. */
const environment = join(root, ".venv-event");

/** @param {string[]} words */
async function main(words) {
  checkNode();
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new StartError(
      "Le hub se lance en root, sous Linux : il donne à chaque équipe un compte à elle, qui ne lit pas le travail des autres. Ailleurs, prenez le conteneur : docker/compose.yaml.",
    );
  }
  await runSteps([
    ...setupSteps,
    () => pythonEnvironment(environment, "docker/requirements.lock"),
    () => kernelspec(environment),
  ]);
  const state = join(home, "event");
  const env = {
    ...process.env,
    PATH: [join(environment, "bin"), join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter),
    ATELIER_SPAWNER: "process",
    ATELIER_STATE: join(state, "hub"),
    ATELIER_TEAMS: join(state, "hub", "equipes.json"),
    ATELIER_WORK: join(state, "travaux"),
    ATELIER_SHARED: join(state, "equipes"),
    ATELIER_DATA: join(home, "store"),
  };
  const [command = "", ...args] =
    words[0] === "equipes"
      ? [join(root, "docker", "hub", "equipes"), ...words.slice(1)]
      : ["jupyterhub", "--config", join(root, "docker", "hub", "jupyterhub_config.py"), ...words];
  const child = spawn(command, args, { env, stdio: "inherit" });
  child.on("exit", (code) => (process.exitCode = code ?? 1));
  // Ctrl-C reaches the hub by itself, which then stops in order.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
