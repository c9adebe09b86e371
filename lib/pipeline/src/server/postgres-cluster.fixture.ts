import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

/** A PostgreSQL of the tests' own: it listens on the loopback only, and is gone with its folder when stopped. */
export interface Cluster {
  port: number;
  /** Of the owner, or of another role with its password. */
  url(role?: string, password?: string): string;
  /** A connection of the owner, for the time of a task. */
  withOwner<T>(task: (client: Client) => Promise<T>): Promise<T>;
  /** Stops the server as a power cut would: kill -9 of each of its processes. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Folder of PostgreSQL's programs, 15 or newer; undefined where it isn't installed. */
export function postgresPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const folders = [
    ...versions.filter((version) => version >= 15).map((version) => join(debian, String(version), "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** Why the tests can't have a server here; undefined where they can. */
export const noPostgres =
  postgresPrograms() === undefined ? "PostgreSQL 15 or newer isn't installed on this machine" : undefined;

/** PostgreSQL refuses to run as root: the account it runs as then. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const account =
    accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody");
  if (!account) throw new Error("neither postgres nor nobody is an account of this machine");
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/**
 * Makes a cluster and starts it.
 * @param settings of the server, such as `max_connections`
 * @param disk where its folder is made
 * @param memory what each of its processes may have of its own, in bytes; as much as they like where undefined
 */
export async function startCluster(
  settings: Readonly<Record<string, string>> = {},
  disk = tmpdir(),
  memory?: number,
): Promise<Cluster> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error(noPostgres);
  const account = unprivileged();
  const folder = mkdtempSync(join(disk, "postgres-"));
  const passwordFile = join(folder, "password");
  const password = randomBytes(12).toString("hex");
  const data = join(folder, "data");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  execFileSync(
    join(programs, "initdb"),
    [
      ...["-D", data, "-U", "proprietaire", "--pwfile", passwordFile, "--auth", "scram-sha-256"],
      ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
    ],
    { stdio: "pipe", cwd: folder, ...account },
  );
  const port = await freePort();
  const all = { fsync: "off", listen_addresses: "127.0.0.1", unix_socket_directories: folder, ...settings };
  const args = Object.entries({ ...all, port: String(port) }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const url = (role = "proprietaire", word = password) =>
    `postgres://${role}:${encodeURIComponent(word)}@127.0.0.1:${port}/postgres`;

  let server: ReturnType<typeof spawn> | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill(signal);
    await exited;
  };
  const cluster: Cluster = {
    port,
    url,
    withOwner: async (task) => {
      const client = new Client(url());
      await client.connect();
      try {
        return await task(client);
      } finally {
        await client.end();
      }
    },
    kill: async () => {
      const children = server?.pid === undefined ? [] : childrenOf(server.pid);
      await end("SIGKILL");
      for (const child of children) killed(child);
      // The next start refuses a folder that a process still holds.
      while (children.some((child) => existsSync(`/proc/${child}/exe`))) await sleep(20);
    },
    start: async () => {
      const postgres = [join(programs, "postgres"), "-D", data, ...args];
      const [program = "", ...rest] =
        memory === undefined ? postgres : ["prlimit", `--data=${memory}`, ...postgres];
      server = spawn(program, rest, {
        stdio: "ignore",
        cwd: folder,
        ...account,
      });
      await ready(cluster);
    },
    stop: async () => {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await cluster.start();
  return cluster;
}

/** The processes that a process started. */
function childrenOf(process: number): number[] {
  return readFileSync(`/proc/${process}/task/${process}/children`, "utf8").trim().split(" ").map(Number);
}

function killed(child: number): void {
  try {
    process.kill(child, "SIGKILL");
  } catch (error) {
    // It ended by itself, having seen its parent do.
    if ((error as { code?: unknown }).code !== "ESRCH") throw error;
  }
}

async function ready(cluster: Cluster): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await cluster.withOwner((client) => client.query("SELECT 1"));
      return;
    } catch (error) {
      if (attempt >= 200) throw error;
      await sleep(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
