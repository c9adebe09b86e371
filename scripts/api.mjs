/** `npm run api`: writes `docs/api`, the pages of what notebooks import, from the docstrings of `lib/damir`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, TSConfigReader, TypeDocReader } from "typedoc";
import { root } from "./setup.mjs";

/**
 * Writes the pages, and removes those of what is no more.
 * @param {string} [folder]
 * @throws Error when the sources can't be read
 */
export async function writeApi(folder = join(root, "docs", "api")) {
  const application = await Application.bootstrapWithPlugins(
    {
      options: join(root, "lib", "damir", "typedoc.json"),
      tsconfig: join(root, "lib", "damir", "tsconfig.json"),
    },
    [new TypeDocReader(), new TSConfigReader()],
  );
  const project = await application.convert();
  if (!project) throw new Error("TypeDoc can't read lib/damir");
  application.options.setValue("out", folder);
  await application.generateOutputs(project);
  if (application.logger.hasErrors()) throw new Error("TypeDoc wrote no pages");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeApi();
