import { explainConnection, isConnectionLost, readServerAddress, UserError } from "damir";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

/** Number of the oldest PostgreSQL that the tables are made for. */
const oldestVersion = 150_000;

/** Only one load at a time: the key of PostgreSQL's advisory lock. */
const loadLock = 741_201_501;

/** A connection that may write, and the server as it may be shown. */
export interface OwnerConnection {
  server: Client;
  shown: string;
  /** Lends one more connection for the time of a task. */
  beside<T>(task: (server: Client) => Promise<T>): Promise<T>;
}

/**
 * Lends a connection that loads a server, the only one.
 * @param url `postgres://proprietaire:motdepasse@serveur:5432/base`
 * @throws UserError when the server can't be reached or entered, is too old, or is being loaded already; never with the password
 */
export function withOwner<T>(url: string, task: (owner: OwnerConnection) => Promise<T>): Promise<T> {
  return lend(
    url,
    "damir serve load",
    async (owner) => {
      await lockLoading(owner);
      return task(owner);
    },
    explainLoad,
  );
}

/**
 * Lends a connection that changes roles, while a load may be under way.
 * @param url as for {@link withOwner}
 * @throws UserError when the server can't be reached or entered, or is too old; never with the password
 */
export function withAdministrator<T>(url: string, task: (owner: OwnerConnection) => Promise<T>): Promise<T> {
  return lend(url, "damir serve team", task, explainAdministration);
}

/**
 * Lends a connection that sees what others run.
 * @param url as for {@link withOwner}
 * @throws UserError when the server can't be reached or entered, is too old, or is lost; never with the password
 */
export function withWatchman<T>(url: string, task: (server: Client) => Promise<T>): Promise<T> {
  return lend(url, "damir serve watch", ({ server }) => task(server), explainAdministration);
}

/** Does all of a task, or nothing of it. */
export async function inTransaction(server: Client, task: () => Promise<void>): Promise<void> {
  await server.query("BEGIN");
  try {
    await task();
    await server.query("COMMIT");
  } catch (error) {
    // Where the connection is lost the server does it by itself.
    await server.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function lend<T>(
  url: string,
  program: string,
  task: (owner: OwnerConnection) => Promise<T>,
  explain: (error: unknown, shown: string) => unknown,
): Promise<T> {
  const { config, shown } = readServerAddress(url, {
    search_path: "pg_catalog",
    timezone: "UTC",
    datestyle: "ISO",
    // A loader that was killed leaves the server to the next one.
    client_connection_check_interval: "1s",
  });
  const session = async <R>(use: (server: Client) => Promise<R>): Promise<R> => {
    const server = new Client({ ...config, application_name: program });
    // The query under way tells it too.
    server.on("error", () => undefined);
    try {
      await server.connect();
    } catch (error) {
      throw explainConnection(error, shown);
    }
    try {
      return await use(server);
    } finally {
      await server.end();
    }
  };
  return session(async (server) => {
    try {
      await checkServer(server, shown);
      return await task({ server, shown, beside: session });
    } catch (error) {
      throw explain(error, shown);
    }
  });
}

async function checkServer(server: Client, shown: string): Promise<void> {
  const { rows } = await server.query<{ version: number; name: string; encoding: string }>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS name,
            current_setting('server_encoding') AS encoding`,
  );
  const { version = 0, name = "", encoding = "" } = rows[0] ?? {};
  if (version < oldestVersion) {
    throw new UserError(
      `Le serveur ${shown} est un PostgreSQL ${name} : il en faut un de version 15 ou plus.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new UserError(
      `La base ${shown} est en ${encoding} : créez-la en UTF-8 (createdb --encoding=UTF8 …).`,
    );
  }
}

/** How long a loader waits for another's end, in seconds: the server takes a moment to see that one was killed. */
const patience = 4;

async function lockLoading({ server, shown }: OwnerConnection): Promise<void> {
  for (let second = 0; ; second++) {
    const { rows } = await server.query<{ alone: boolean }>(
      `SELECT pg_try_advisory_lock(${loadLock}) AS alone`,
    );
    if (rows[0]?.alone) return;
    if (second >= patience) {
      throw new UserError(`Un autre chargement de ${shown} est en cours : attendez sa fin.`);
    }
    await sleep(1000);
  }
}

/** What who changes or watches roles can do something about. */
function explainAdministration(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  if ((error as { code?: unknown }).code === "42501") {
    return new UserError(
      `Ce rôle n'a pas le droit de faire cela sur ${shown} (${error.message}). Donnez l'adresse du propriétaire de la base. Rien n'y est changé.`,
      { cause: error },
    );
  }
  if (!isConnectionLost(error)) return error;
  return new UserError(
    `La connexion à ${shown} a été perdue. Relancez la commande quand le serveur répond : faite deux fois, elle donne le même résultat.`,
    { cause: error },
  );
}

/** What the owner of the server can do something about. */
function explainLoad(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const kept =
    "Ce que le serveur avait y reste, et les mois qu'il vient de recevoir sont entiers : relancée, la commande ne charge que les autres.";
  switch ((error as { code?: unknown }).code) {
    case "42501":
    case "25006":
      return new UserError(
        `Ce rôle n'a pas le droit de charger ${shown} (${error.message}). Donnez l'adresse du propriétaire de la base. ${kept}`,
        { cause: error },
      );
    case "53100":
      return new UserError(
        `Le disque du serveur ${shown} est plein. Faites de la place et relancez la commande. ${kept}`,
        { cause: error },
      );
    case "55P03":
      return new UserError(
        `Des requêtes en cours empêchent de remplacer les tables de ${shown}. Relancez la commande un peu plus tard. ${kept}`,
        { cause: error },
      );
    case "2BP01":
      return new UserError(
        `D'autres objets de ${shown}, des vues par exemple, dépendent des tables à remplacer : enlevez-les, puis relancez la commande. ${kept} (${error.message})`,
        { cause: error },
      );
    case "57P01":
    case "57P02":
    case "ECONNRESET":
    case "EPIPE":
      return new UserError(
        `Le serveur ${shown} s'est arrêté pendant le chargement. Relancez la commande quand il sera revenu. ${kept}`,
        { cause: error },
      );
  }
  if (isConnectionLost(error)) {
    return new UserError(
      `La connexion à ${shown} a été perdue pendant le chargement. Relancez la commande. ${kept}`,
      { cause: error },
    );
  }
  if (/^(IO|Invalid Input|Invalid|Conversion) Error: /.test(error.message)) {
    return new UserError(
      `Un fichier du magasin ne se lit pas : vérifiez-le (npx damir data check). ${kept} (${error.message.split("\n")[0] ?? ""})`,
      { cause: error },
    );
  }
  return error;
}
