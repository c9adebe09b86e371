/** Runs steps of `npm start` by name while the image is built, so that the image and a clone are made alike. */
import { StartError } from "../scripts/failure.mjs";
import { build, kernelspec, sample } from "../scripts/setup.mjs";
import { runSteps } from "../scripts/step.mjs";

/** @type {Record<string, (() => import("../scripts/step.mjs").Step) | undefined>} */
const steps = { build, kernelspec, sample };

try {
  await runSteps(
    process.argv.slice(2).map((name) => {
      const step = steps[name];
      if (!step)
        throw new StartError(`Étape inconnue : « ${name} ». Étapes : ${Object.keys(steps).join(", ")}.`);
      return step;
    }),
  );
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
