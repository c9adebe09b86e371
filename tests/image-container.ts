import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { findEngine } from "../scripts/engine.mjs";

const run = promisify(execFile);

/** The image under test; tests of the image are skipped where none is named, or no engine runs it. */
export const image = process.env["ATELIER_IMAGE"] ?? "";
export const engine = findEngine()?.name ?? "";
export const noImage =
  !image || !engine
    ? "name an image in ATELIER_IMAGE (`npm run image` makes one), on a machine that has podman or docker"
    : "";

if (engine === "podman" && !process.env["CONTAINERS_CONF"]) keepOwnLimits();

/** Root's Podman asks for a million open files a container, which a machine that is a container itself may refuse to give. */
function keepOwnLimits(): void {
  const [, files] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  if (!files || Number(files) >= 1 << 20) return;
  const file = join(mkdtempSync(join(tmpdir(), "containers-")), "containers.conf");
  writeFileSync(file, '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n');
  process.env["CONTAINERS_CONF"] = file;
}

/** Where the image keeps a person's work. */
export const work = "/home/atelier/travail";

/** What docker/compose.yaml sets for a lab, and a platform that picks the account itself. */
export const strict = [
  ...["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--user", "12345:0"],
];

/** What the engine prints when it is told these words. */
export async function ask(...words: string[]): Promise<string> {
  const { stdout } = await run(engine, words, { maxBuffer: 1 << 28 });
  return stdout;
}

/** How a container is started, beyond the engine's options. */
export interface Started {
  /** Another image than the one under test. */
  image?: string;
  /** What goes to the program that the image starts. */
  arguments?: string[];
  /** The volume for the work, as `--volume` takes it; empty for none. */
  volume?: string;
}

/** A container of the image, with a volume of the same name for its work. */
export class ImageContainer {
  readonly token = "jeton-du-test";
  constructor(readonly name: string) {}

  /** Starts it, and waits until it is healthy. */
  async start(options: string[] = [], more: Started = {}): Promise<void> {
    await this.launch(options, more);
    await this.ready();
  }

  /** Starts it, and waits for nothing. */
  async launch(options: string[] = [], more: Started = {}): Promise<void> {
    const volume = more.volume ?? `${this.name}:${work}`;
    await ask(
      ...["run", "--detach", "--name", this.name, "--env", `JUPYTER_TOKEN=${this.token}`],
      ...(volume ? ["--volume", volume] : []),
      ...options,
      more.image ?? image,
      ...(more.arguments ?? []),
    );
  }

  async ready(): Promise<void> {
    await vi.waitFor(() => this.inside("/opt/atelier/.venv/bin/python", "/opt/atelier/docker/health.py"), {
      timeout: 60_000,
      interval: 200,
    });
  }

  /** Address of the lab, where its port 8888 is published. */
  async origin(): Promise<string> {
    return `http://${(await ask("port", this.name, "8888")).trim()}`;
  }

  /** Runs a command in the container. */
  inside(...command: string[]): Promise<string> {
    return ask("exec", this.name, ...command);
  }

  /** Everything it has printed. */
  async log(): Promise<string> {
    const { stdout, stderr } = await run(engine, ["logs", this.name], { maxBuffer: 1 << 26 });
    return stdout + stderr;
  }

  /** Removes the container; its volume stays. */
  async remove(): Promise<void> {
    await ask("rm", "--force", "--volumes", this.name);
  }

  /** Removes the container and its volume. */
  async discard(): Promise<void> {
    await this.remove();
    await ask("volume", "rm", "--force", this.name);
  }
}
