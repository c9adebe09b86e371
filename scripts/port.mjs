/** Chooses the port of the lab before JupyterLab starts, so that a taken one is said plainly. */
import { createServer } from "node:net";
import { StartError } from "./failure.mjs";

export const defaultPort = 8888;

/**
 * The value of `--port`, in either form that Jupyter takes.
 * @param {string[]} args
 * @returns {number | undefined}
 * @throws {StartError} when it isn't a port
 */
export function requestedPort(args) {
  const index = args.findIndex((arg) => /^--(?:ServerApp\.)?port(?:=|$)/.test(arg));
  const arg = args[index];
  if (arg === undefined) return undefined;
  const text = arg.includes("=") ? arg.slice(arg.indexOf("=") + 1) : (args[index + 1] ?? "");
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new StartError(
      `--port attend un nombre de 1 à 65535, et non « ${text} ». Exemple : npm start -- --port 9999`,
    );
  }
  return port;
}

/** @param {string[]} args */
export function withoutPort(args) {
  return args.filter(
    (arg, index) =>
      !/^--(?:ServerApp\.)?port(?:=|$)/.test(arg) && !/^--(?:ServerApp\.)?port$/.test(args[index - 1] ?? ""),
  );
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The port to listen on: the one asked for, else the first free one from 8888.
 * @param {number | undefined} requested
 * @throws {StartError} when the requested one is taken, or none of fifty is free
 */
export async function choosePort(requested) {
  if (requested !== undefined) {
    if (await isFree(requested)) return requested;
    throw new StartError(
      `Le port ${requested} est déjà pris par un autre programme. Arrêtez-le, ou choisissez un autre port : npm start -- --port ${requested === 65535 ? 8889 : requested + 1}`,
    );
  }
  for (let port = defaultPort; port < defaultPort + 50; port++) if (await isFree(port)) return port;
  throw new StartError(
    `Aucun port libre de ${defaultPort} à ${defaultPort + 49}. Choisissez-en un autre : npm start -- --port 9999`,
  );
}
