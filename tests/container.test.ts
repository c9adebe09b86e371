import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { choosePort } from "../scripts/port.mjs";
import { root, venvProgram } from "../scripts/setup.mjs";
import type { Notebook } from "../scripts/notebook-run.mjs";

const run = promisify(execFile);
const startScript = join(root, "docker", "start.sh");

/** What the image sets, less what the developer's own Jupyter may have set. */
function environment(work: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, WORKSPACE_DIR: work, JUPYTER_RUNTIME_DIR: `${work}-runtime`, ...more };
}

const workFolder = () => mkdtempSync(join(tmpdir(), "travail-"));

describe.skipIf(process.platform === "win32")("the container's start script", () => {
  let server: ChildProcess | undefined;

  afterEach(async () => {
    if (!server) return;
    const closed = once(server, "close");
    server.kill("SIGTERM");
    await closed;
    server = undefined;
  });

  it("says in French that the work folder can't be written, and starts nothing", async () => {
    const folder = workFolder();
    const work = join(folder, "travail");
    mkdirSync(work);
    mkdirSync(join(folder, "docker"));
    cpSync(startScript, join(folder, "docker", "start.sh"));
    chmodSync(folder, 0o755);
    chmodSync(work, 0o555);
    // Rights don't stop root: the script is run by the account `nobody` then.
    const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    await expect(
      run(join(folder, "docker", "start.sh"), [], { ...account, cwd: "/", env: environment(work) }),
    ).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining(`${work} n'est pas modifiable par le compte du conteneur`) as string,
    });
    expect(readdirSync(work)).toEqual([]);
  });

  it("says in French that the work folder is missing", async () => {
    const work = join(workFolder(), "absent");
    await expect(run(startScript, [], { env: environment(work) })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${work} n'existe pas. Montez un volume`) as string,
    });
  });

  it("links the sample and the starters, anew when an older image had them elsewhere", async () => {
    const work = workFolder();
    symlinkSync("/opt/ancienne-image/notebooks", join(work, "modeles"));
    const { stdout } = await run(startScript, ["sh", "-c", "echo $DAMIR_HOME"], { env: environment(work) });
    const home = stdout.trim();
    expect(home).toBe(join(work, ".damir"));
    expect(readlinkSync(join(home, "sample"))).toBe(join(root, ".damir", "sample"));
    expect(readlinkSync(join(work, "modeles"))).toBe(join(root, "notebooks"));
    expect(readdirSync(join(work, "modeles"))).toContain("00-premiers-pas");
  });

  it("leaves the user's own folders alone, and says where the starters are", async () => {
    const work = workFolder();
    for (const own of [join(work, "modeles"), join(work, ".damir", "sample")]) {
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, "a-moi"), "");
    }
    const { stderr } = await run(startScript, ["true"], { env: environment(work) });
    expect(stderr).toContain("modeles existe déjà et reste tel quel");
    expect(readdirSync(join(work, "modeles"))).toEqual(["a-moi"]);
    expect(readdirSync(join(work, ".damir", "sample"))).toEqual(["a-moi"]);
  });

  it.each(["--IdentityProvider.token=", "--ServerApp.token", "--ServerApp.password="])(
    "refuses %s: a token is given by the environment",
    async (option) => {
      await expect(run(startScript, [option], { env: environment(workFolder()) })).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining("le jeton se donne par la variable JUPYTER_TOKEN") as string,
      });
    },
  );

  it.each(["", " \n"])(
    "draws a token when JUPYTER_TOKEN is %j, and the server asks for it",
    async (given) => {
      const work = workFolder();
      const port = await choosePort(undefined);
      const env = environment(work, { JUPYTER_TOKEN: given });
      server = spawn(
        startScript,
        [
          "--ServerApp.ip=127.0.0.1",
          `--ServerApp.port=${port}`,
          "--ServerApp.base_url=/equipe/",
          "--no-browser",
          ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
        ],
        { env, stdio: ["ignore", "pipe", "ignore"] },
      );
      let printed = "";
      server.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
      const health = () => run(venvProgram("python"), [join(root, "docker", "health.py")], { env });
      await expect(health()).rejects.toMatchObject({ code: 1 });

      const address = `http://127.0.0.1:${port}/equipe/api/status`;
      await expect.poll(() => statusOf(address), { timeout: 60_000, interval: 200 }).toBe(403);
      const [, token = ""] = /\?token=(\S+)/.exec(printed) ?? [];
      expect(token).toMatch(/^[0-9a-f]{48}$/);
      expect(await statusOf(address, token)).toBe(200);
      expect(await statusOf(address, "")).toBe(403);
      await health();
    },
  );
});

const image = process.env["ATELIER_IMAGE"] ?? "";
const engine = ["podman", "docker"].find(isInstalled) ?? "";
if (!image || !engine) {
  console.log(
    "The image is not tested: name one in ATELIER_IMAGE, on a machine that has podman or docker (docker/Dockerfile builds it).",
  );
}

describe.skipIf(!image || !engine)(`the image ${image}`, () => {
  const name = `atelier-test-${process.pid}`;
  const token = "jeton-du-test";
  let origin = "";

  async function start(): Promise<void> {
    await run(engine, [
      ...["run", "--detach", "--name", name, "--publish", "127.0.0.1::8888"],
      ...["--env", `JUPYTER_TOKEN=${token}`, "--volume", `${name}:/home/atelier/travail`, image],
    ]);
    const { stdout } = await run(engine, ["port", name, "8888"]);
    origin = `http://${stdout.trim()}`;
    await vi.waitFor(
      async () => {
        expect(await statusOf(`${origin}/api/status`, token)).toBe(200);
      },
      { timeout: 60_000, interval: 200 },
    );
  }

  async function inside(...command: string[]): Promise<string> {
    const { stdout } = await run(engine, ["exec", name, ...command], { maxBuffer: 1 << 28 });
    return stdout;
  }

  beforeAll(start);
  afterAll(async () => {
    await run(engine, ["rm", "--force", name]);
    await run(engine, ["volume", "rm", name]);
  });

  it("asks for the token, runs without privileges and is healthy", async () => {
    expect(await statusOf(`${origin}/api/status`)).toBe(403);
    expect((await inside("whoami")).trim()).toBe("atelier");
    await inside("/opt/atelier/.venv/bin/python", "/opt/atelier/docker/health.py");
    expect((await run(engine, ["logs", name])).stdout).not.toContain(token);
  });

  it("copies a starter to the work folder, runs it there, and keeps it when the container is replaced", async () => {
    const copied = await fetch(`${origin}/api/contents/`, {
      method: "POST",
      headers: { Authorization: `token ${token}` },
      body: JSON.stringify({ copy_from: "modeles/00-premiers-pas/notebook.ipynb" }),
    });
    expect(copied.status).toBe(201);
    const { path, writable } = (await copied.json()) as { path: string; writable: boolean };
    expect(writable).toBe(true);
    await inside("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", path);

    await run(engine, ["rm", "--force", name]);
    await start();
    const { cells } = JSON.parse(await inside("cat", path)) as Notebook;
    const shown = cells.flatMap((cell) => cell.outputs ?? []);
    expect(shown.filter(({ output_type }) => output_type === "error")).toEqual([]);
    expect(shown.filter(({ data }) => data && "image/png" in data)).toHaveLength(3);
  });

  it("says in French that the volume is read-only", async () => {
    await expect(
      run(engine, ["run", "--rm", "--volume", `${name}:/home/atelier/travail:ro`, image]),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("est monté en lecture seule") as string,
    });
  });
});

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** HTTP status of an address, undefined while nobody listens there. */
async function statusOf(address: string, token?: string): Promise<number | undefined> {
  try {
    const headers = token === undefined ? undefined : { Authorization: `token ${token}` };
    return (await fetch(address, headers && { headers })).status;
  } catch {
    return undefined;
  }
}
