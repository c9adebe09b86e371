import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { kernelspec, pythonEnvironment, root } from "../scripts/setup.mjs";
import { runSteps } from "../scripts/step.mjs";
import { freePorts } from "./free-ports.js";

/** The image's Python environment, made here as the image makes it. */
const environment = join(root, ".venv-event");

/** First uid of a team: docker/hub/teams.py. */
const teamUid = 21_000;

/** A Python that the teams' accounts can run too; it need not be the project's. */
const python = ["/usr/bin/python3", "python3.13", "python3.12", "python3.11"].find((command) =>
  asTeam(
    command,
    "-c",
    "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11) or not sys.executable)",
  ),
);

/** Why the hub can't run here, empty when it can. */
export const noHub =
  process.platform !== "linux" || process.getuid?.() !== 0
    ? "the hub gives each team a uid of its own, which only root on Linux can"
    : !asTeam("ls", join(root, "notebooks"))
      ? `other accounts can't read ${root}: the folders above must let them through`
      : python === undefined
        ? "no Python ≥ 3.11 with venv that other accounts can run (Debian: apt install python3-venv)"
        : "";

function asTeam(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", uid: teamUid, gid: teamUid, cwd: "/" });
    return true;
  } catch {
    return false;
  }
}

/** JupyterHub with docker/hub/jupyterhub_config.py, its labs as processes. */
export class EventHub {
  /** Everything it writes: teams, work, shared folders, log. */
  readonly folder = mkdtempSync(join(tmpdir(), "atelier-event-"));
  readonly logFile = join(this.folder, "hub.log");
  private process: ChildProcess | undefined;
  private constructor(
    private readonly ports: { front: number; hub: number; proxy: number },
    private readonly settings: NodeJS.ProcessEnv,
  ) {
    chmodSync(this.folder, 0o755);
  }

  /** Installs what it needs, and prepares its folder; `start` starts it. */
  static async create(settings: NodeJS.ProcessEnv = {}): Promise<EventHub> {
    process.env["PYTHON"] = python;
    await runSteps([
      () => pythonEnvironment(environment, "docker/requirements.lock"),
      () => kernelspec(environment),
    ]);
    const [front = 0, hub = 0, proxy = 0] = await freePorts(3);
    return new EventHub({ front, hub, proxy }, settings);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.ports.front}`;
  }

  get log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  private get env(): NodeJS.ProcessEnv {
    const { HOME, LANG, PATH = "" } = process.env;
    return {
      HOME,
      LANG,
      PATH: [join(environment, "bin"), join(root, "node_modules", ".bin"), PATH].join(delimiter),
      ATELIER_SPAWNER: "process",
      ATELIER_STATE: join(this.folder, "hub"),
      ATELIER_TEAMS: join(this.folder, "hub", "equipes.json"),
      ATELIER_WORK: join(this.folder, "travaux"),
      ATELIER_SHARED: join(this.folder, "equipes"),
      ATELIER_BIND_URL: this.origin,
      ATELIER_HUB_PORT: String(this.ports.hub),
      ATELIER_PROXY_PORT: String(this.ports.proxy),
      ...this.settings,
    };
  }

  /** Runs the organiser's command. */
  async equipes(...words: string[]): Promise<string> {
    const command = join(root, "docker", "hub", "equipes");
    return (await promisify(execFile)(command, words, { env: this.env })).stdout;
  }

  async start(): Promise<void> {
    const config = join(root, "docker", "hub", "jupyterhub_config.py");
    const child = spawn(join(environment, "bin", "jupyterhub"), ["--config", config], {
      env: this.env,
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const log = createWriteStream(this.logFile, { flags: "a" });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the hub ended:\n${this.log}`);
      const answer = await fetch(`${this.origin}/hub/health`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Kills the hub, and neither its proxy nor the labs. */
  async kill(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Ends the hub and everything that it started, and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    for (const { pid } of this.processes()) process.kill(pid, "SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The labs of this hub, their kernels and its proxy: pid, and the environment they were given. */
  processes(): { pid: number; environment: string[] }[] {
    const ours = [
      `JUPYTERHUB_API_URL=http://127.0.0.1:${this.ports.hub}/hub/api`,
      `ATELIER_STATE=${join(this.folder, "hub")}`,
    ];
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), environment: environmentOf(name) }))
      .filter(({ environment }) => ours.some((entry) => environment.includes(entry)));
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // It ended meanwhile.
    return [];
  }
}
