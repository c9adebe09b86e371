import { readFileSync } from "node:fs";
import { UserError } from "../user-error.js";

/** The five channels of a Jupyter kernel. */
export type ChannelName = "shell" | "control" | "iopub" | "stdin" | "hb";

/** What a connection file says: where each channel listens, and the key that signs messages. */
export interface Connection {
  /** ZeroMQ address of each channel. */
  addresses: Record<ChannelName, string>;
  /** HMAC key; empty when messages aren't signed. */
  key: string;
  /** Hash of the HMAC, as node:crypto names it. */
  hash: string;
}

const channelNames: ChannelName[] = ["shell", "control", "iopub", "stdin", "hb"];

/**
 * Reads a Jupyter connection file.
 * @throws {UserError} when it is missing, isn't JSON or lacks a field.
 */
export function readConnection(path: string): Connection {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`Fichier de connexion illisible : ${path} (${(error as Error).message}).`);
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw new UserError(
      `Fichier de connexion mal formé : ${path} n'est pas du JSON. Relancez le noyau depuis Jupyter.`,
    );
  }
  if (typeof fields !== "object" || fields === null) {
    throw new UserError(`Fichier de connexion mal formé : ${path} ne contient pas un objet JSON.`);
  }
  const field = fields as Record<string, unknown>;
  const { transport = "tcp", ip, key = "", signature_scheme: scheme = "hmac-sha256" } = field;
  if (
    typeof transport !== "string" ||
    typeof ip !== "string" ||
    typeof key !== "string" ||
    typeof scheme !== "string"
  ) {
    throw new UserError(
      `Fichier de connexion mal formé : ${path} doit donner ip, key, transport et signature_scheme.`,
    );
  }
  if (!scheme.startsWith("hmac-")) {
    throw new UserError(
      `Signature « ${scheme} » inconnue dans ${path} : seules les signatures hmac-* existent.`,
    );
  }
  const addresses = {} as Record<ChannelName, string>;
  for (const name of channelNames) {
    const port = field[`${name}_port`];
    if (typeof port !== "number" || !Number.isInteger(port) || port <= 0 || port > 65_535) {
      throw new UserError(
        `Fichier de connexion mal formé : ${path} ne donne pas de numéro de port pour ${name}_port.`,
      );
    }
    addresses[name] = transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
  }
  return { addresses, key, hash: scheme.slice("hmac-".length) };
}
