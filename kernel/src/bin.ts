#!/usr/bin/env node
import fs from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "./user-error.js";

const help = `Noyau TypeScript pour Jupyter.

  atelier-kernel run <fichier-de-connexion>    démarre le noyau (c'est Jupyter qui le fait)
  atelier-kernel install --prefix <dossier>    déclare le noyau dans un environnement Jupyter
      --module-path <dossier>   paquets npm des notebooks placés hors de tout projet
      --env NOM=VALEUR          variable d'environnement du noyau (répétable)
      --preload PAQUET          paquet dont les types sont lus d'avance (répétable)

Exemple : atelier-kernel install --prefix .venv --env UV_THREADPOOL_SIZE=8
`;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, file] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(help);
  } else if (command === "install") {
    await install(values.prefix, values["module-path"], values.env ?? [], values.preload ?? []);
  } else if (command === "run" && file !== undefined) {
    await run(file, values.snapshot);
  } else {
    throw new UserError(`Commande incomplète ou inconnue : « ${args.join(" ")} ».\n\n${help}`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        prefix: { type: "string" },
        "module-path": { type: "string" },
        env: { type: "string", multiple: true },
        preload: { type: "string", multiple: true },
        snapshot: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UserError(`Option inconnue ou sans valeur (${(error as Error).message}).\n\n${help}`);
  }
}

async function install(
  prefix: string | undefined,
  modulePath: string | undefined,
  env: string[],
  preload: string[],
): Promise<void> {
  if (prefix === undefined)
    throw new UserError("Dites où installer le noyau : atelier-kernel install --prefix <dossier>.");
  const variables = env.map((pair): [string, string] => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UserError(`--env attend NOM=VALEUR, pas « ${pair} ».`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const { installKernelspec } = await import("./kernelspec.js");
  const { folder, node, packagedNode, snapshotFailure } = installKernelspec({
    prefix,
    preload,
    env: Object.fromEntries(variables),
    ...(modulePath !== undefined && { modulePath }),
  });
  process.stdout.write(`Noyau TypeScript installé dans ${folder} (Node.js : ${node}).\n`);
  if (snapshotFailure !== undefined) {
    process.stderr.write(
      `Le noyau est installé, mais démarrera plus lentement : l'instantané du compilateur n'a pas pu être écrit (${snapshotFailure}).\n`,
    );
  }
  if (!packagedNode) {
    process.stderr.write(
      `Aucun Node.js 24 fourni par npm pour ${process.platform}-${process.arch} : le noyau utilise ${process.version}.\n`,
    );
  }
}

async function run(file: string, snapshot: string | undefined): Promise<void> {
  const { readConnection } = await import("./wire/connection.js");
  const connection = readConnection(file);
  const directory = process.cwd();
  // First of all: it loads on another core while this process opens its channels.
  const { Compiler } = await import("./compiler/compiler.js");
  const compiler = new Compiler({ directory, snapshot });
  compiler.start();
  const { Kernel } = await import("./kernel.js");
  await new Kernel(connection, compiler, directory, process.env["NODE_PATH"]).start();
}

// Kept now: the kernel takes them from the cells.
const { writeSync } = fs;
const exit = process.exit.bind(process);

try {
  await main(process.argv.slice(2));
} catch (error) {
  writeSync(2, `${error instanceof UserError ? error.message : ((error as Error).stack ?? String(error))}\n`);
  // Not left to the event loop: sockets that were opened before the failure would keep it alive.
  exit(1);
}
