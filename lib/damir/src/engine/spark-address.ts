import { UserError } from "../user-error.js";

/**
 * Where a Spark cluster answers and how to enter it.
 * @internal
 */
export interface SparkAddress {
  /** `serveur:15002`, for gRPC and to be shown: no token is in it. */
  target: string;
  tls: boolean;
  token?: string;
  user: string;
  /** Seconds that a query may take. */
  timeout: number;
}

const defaultPort = 15002;

/** Seconds that a query may take where the address doesn't say. */
const defaultTimeout = 600;

/** Names of the address's options, as Spark's own clients read them, and `timeout`. */
const known = new Set(["token", "use_ssl", "user_id", "timeout"]);

/**
 * Reads the address of a Spark Connect server, in Spark's own form: `sc://serveur:15002/;use_ssl=true;token=…;user_id=equipe`, and
 * `timeout=60` for the seconds that a query may take. The token may stand in SPARK_CONNECT_AUTHENTICATE_TOKEN instead.
 * @throws UserError when it isn't such an address; the message doesn't show it, as a token may be in it
 * @internal
 */
export function readSparkAddress(url: string, env: NodeJS.ProcessEnv = process.env): SparkAddress {
  const match =
    /^sc:\/\/(?<host>\[[0-9a-fA-F:]+\]|[^/:;@\s]+)(?::(?<port>\d{1,5}))?(?:\/(?:;(?<options>.*))?)?$/.exec(
      url,
    );
  const { host, port, options = "" } = match?.groups ?? {};
  if (host === undefined || Number(port ?? defaultPort) > 65_535) throw unreadable();
  const values = new Map<string, string>();
  for (const option of options.split(";").filter((text) => text !== "")) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(option) ?? [];
    if (name === undefined || value === undefined) throw unreadable();
    if (!known.has(name)) {
      throw new UserError(
        `L'adresse du cluster a une option inconnue : ${name}. Options possibles : ${[...known].join(", ")}.`,
      );
    }
    values.set(name, decoded(value));
  }
  const timeout = Number(values.get("timeout") ?? defaultTimeout);
  if (!Number.isInteger(timeout) || timeout < 1) {
    throw new UserError(
      "L'option timeout de l'adresse du cluster est un nombre entier de secondes, d'au moins 1.",
    );
  }
  const token = values.get("token") ?? env["SPARK_CONNECT_AUTHENTICATE_TOKEN"];
  return {
    target: `${host}:${port ?? defaultPort}`,
    tls: values.get("use_ssl") === "true",
    ...(token === undefined || token === "" ? {} : { token }),
    user: values.get("user_id") ?? "atelier-damir",
    timeout,
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw unreadable();
  }
}

function unreadable(): UserError {
  return new UserError(
    "L'adresse du cluster ne se lit pas. On attend sc://SERVEUR:15002, ou sc://SERVEUR:15002/;use_ssl=true;token=JETON, où les caractères spéciaux du jeton s'écrivent comme dans une adresse web (; : %3B, = : %3D, % : %25).",
  );
}
