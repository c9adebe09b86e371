import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sparkHome } from "../scripts/spark.mjs";

function javaVersion(): number {
  try {
    const java =
      process.env["JAVA_HOME"] === undefined ? "java" : join(process.env["JAVA_HOME"], "bin", "java");
    const said = execFileSync(java, ["--version"], { encoding: "utf8" });
    return Number(/\b(\d+)[.\s]/.exec(said)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const folder = sparkHome();

/** Why the tests can't have a cluster here; undefined where they can. */
export const noSpark =
  folder === undefined
    ? "Spark isn't here: node scripts/spark.mjs fetches it from PyPI, 456 MB, once"
    : javaVersion() < 17
      ? "Spark needs Java 17 or newer"
      : undefined;

/** A cluster of the tests' own, on the loopback: a master, two workers of one core each, and the Spark Connect server. */
export interface SparkCluster {
  url: string;
  /** What the master says of its workers and of the cores that the server has. */
  state(): Promise<{ workers: number; cores: number }>;
  /** Stops a worker and its executor as a power cut would. */
  killWorker(index: number): void;
  /** Adds a worker. */
  startWorker(): Promise<void>;
  /** Stops the server as a crash would, and starts another at the same address: it has forgotten what was declared. */
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  stop(): Promise<void>;
}

/** @param token that the server asks for; none by default */
export async function startSpark(token?: string): Promise<SparkCluster> {
  if (folder === undefined) throw new Error("no Spark");
  const work = mkdtempSync(join(tmpdir(), "damir-spark-"));
  const [masterPort, webPort, serverPort] = [await freePort(), await freePort(), await freePort()];
  const master = `spark://127.0.0.1:${masterPort}`;
  const children = new Set<ChildProcess>();
  const run = (name: string, program: string, args: string[], memory: string): ChildProcess => {
    const child = spawn(join(folder, "bin", program), args, {
      cwd: work,
      // A group of its own: a worker's executors end with it.
      detached: true,
      env: {
        ...process.env,
        SPARK_HOME: folder,
        SPARK_LOCAL_IP: "127.0.0.1",
        SPARK_DAEMON_MEMORY: memory,
        ...(token === undefined ? {} : { SPARK_CONNECT_AUTHENTICATE_TOKEN: token }),
      },
      stdio: ["ignore", "ignore", process.env["DAMIR_TEST_SPARK_LOG"] === undefined ? "ignore" : "inherit"],
    });
    child.unref();
    children.add(child);
    child.on("error", (error) => {
      throw new Error(`${name} doesn't start`, { cause: error });
    });
    return child;
  };
  const state = async () => {
    const answer = await fetch(`http://127.0.0.1:${webPort}/json/`);
    const said = (await answer.json()) as { aliveworkers: number; coresused: number };
    return { workers: said.aliveworkers, cores: said.coresused };
  };
  const until = async (what: string, ready: () => Promise<boolean>) => {
    for (let tries = 0; tries < 600; tries++) {
      if (await ready().catch(() => false)) return;
      await sleep(500);
    }
    throw new Error(`${what} didn't come`);
  };
  const workers: ChildProcess[] = [];
  const startWorker = async () => {
    const before = (await state()).workers;
    const args = [
      "--host",
      "127.0.0.1",
      "--webui-port",
      "0",
      "--cores",
      "1",
      "--memory",
      "1g",
      "--work-dir",
      work,
    ];
    workers.push(
      run("worker", "spark-class", ["org.apache.spark.deploy.worker.Worker", ...args, master], "256m"),
    );
    await until("the worker", async () => (await state()).workers > before);
  };
  let server: ChildProcess | undefined;
  const startServer = async () => {
    const settings = {
      "spark.connect.grpc.binding.address": "127.0.0.1",
      "spark.connect.grpc.binding.port": serverPort,
      "spark.driver.host": "127.0.0.1",
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.executor.cores": 1,
      "spark.executor.memory": "512m",
      "spark.sql.shuffle.partitions": 2,
      "spark.sql.warehouse.dir": join(work, "warehouse"),
      "spark.ui.enabled": false,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
    const main = "org.apache.spark.sql.connect.service.SparkConnectServer";
    server = run("server", "spark-submit", ["--class", main, "--master", master, ...options], "768m");
    await until(
      "the server",
      async () => (await state()).cores === workers.length && (await listens(serverPort)),
    );
  };
  const masterOptions = [
    "--host",
    "127.0.0.1",
    "--port",
    String(masterPort),
    "--webui-port",
    String(webPort),
  ];
  try {
    run("master", "spark-class", ["org.apache.spark.deploy.master.Master", ...masterOptions], "256m");
    await until("the master", async () => (await state()).workers === 0);
    await startWorker();
    await startWorker();
    await startServer();
  } catch (error) {
    for (const child of children) killGroup(child);
    throw error;
  }
  return {
    url: `sc://127.0.0.1:${serverPort}`,
    state,
    startWorker,
    startServer,
    killWorker: (index) => {
      const [child] = workers.splice(index, 1);
      if (child) killGroup(child);
    },
    killServer: async () => {
      if (!server) return;
      const ended = once(server, "exit");
      killGroup(server);
      await ended;
      await until("the end of the server", async () => (await state()).cores === 0);
    },
    stop: async () => {
      for (const child of children) killGroup(child);
      await sleep(500);
      rmSync(work, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends a program and what it started, as a power cut would. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (const process_ of [...descendants(pid), pid]) {
    try {
      process.kill(process_, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** The processes below one, by what the system says of their parents. */
function descendants(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = /\)\s\S\s(\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return [{ child: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const below = (one: number): number[] =>
    parents.filter(({ parent }) => parent === one).flatMap(({ child }) => [...below(child), child]);
  return below(pid);
}

async function listens(port: number): Promise<boolean> {
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
