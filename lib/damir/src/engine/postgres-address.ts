import { parseIntoClientConfig } from "pg-connection-string";
import type { ClientConfig } from "pg";
import { UserError } from "../user-error.js";

/**
 * Where a server is and how to enter it.
 * @internal
 */
export interface ServerAddress {
  config: ClientConfig;
  /** To be shown: `damir_lecture@serveur:5432/damir`, never the password. */
  shown: string;
}

/** How long a server may take to accept a connection, in milliseconds. */
const connectionTimeout = 10_000;

/**
 * Reads the address of a server, as `DAMIR_URL` gives it: `postgres://role:motdepasse@serveur:5432/base?sslmode=verify-full`. What it
 * leaves out comes from PGHOST, PGUSER, PGPASSWORD …, as for PostgreSQL's own programs.
 * @param settings of the session, before those that the address asks for itself (`options=-c …`)
 * @throws UserError when it isn't such an address; the message doesn't show it, as a password may be in it
 * @internal
 */
export function readServerAddress(
  url: string,
  settings: Readonly<Record<string, string>> = {},
): ServerAddress {
  let config: ClientConfig;
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error("another scheme");
    config = parseIntoClientConfig(url);
  } catch {
    // Without its cause, which may quote the address.
    throw new UserError(
      "L'adresse du serveur ne se lit pas. On attend postgres://ROLE:MOTDEPASSE@SERVEUR:5432/BASE, où les caractères spéciaux du mot de passe s'écrivent comme dans une adresse web (@ : %40, / : %2F, # : %23, % : %25).",
    );
  }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const { user, host, port, database } = config;
  const role = user ?? process.env["PGUSER"];
  const server = host ?? process.env["PGHOST"] ?? "localhost";
  return {
    config: {
      ...config,
      options: [...options, ...(config.options ? [config.options] : [])].join(" "),
      application_name: config.application_name ?? "Atelier DAMIR",
      connectionTimeoutMillis: connectionTimeout,
      keepAlive: true,
    },
    shown: `${role === undefined ? "" : `${role}@`}${server}:${String(port ?? process.env["PGPORT"] ?? 5432)}/${database ?? process.env["PGDATABASE"] ?? role ?? ""}`,
  };
}
