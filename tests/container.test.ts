import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { root, venvProgram } from "../scripts/setup.mjs";
import { freePorts } from "./free-ports.js";
import { statusOf } from "./http-status.js";

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

  it("spills into the volume, and clears what a killed container left there", async () => {
    const work = workFolder();
    const [old, recent] = ["damir-ancien", "damir-en-cours"].map((name) => join(work, ".tmp", name));
    for (const folder of [old, recent]) mkdirSync(folder ?? "", { recursive: true });
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    utimesSync(old ?? "", twoDaysAgo, twoDaysAgo);
    const { stdout } = await run(startScript, ["sh", "-c", "echo $TMPDIR"], { env: environment(work) });
    expect(stdout.trim()).toBe(join(work, ".tmp"));
    expect(readdirSync(join(work, ".tmp"))).toEqual(["damir-en-cours"]);
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
      const [port = 0] = await freePorts(1);
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

  it("takes a password's fingerprint and an init script, and tells nobody either", async () => {
    const folder = workFolder();
    const work = join(folder, "travail");
    mkdirSync(work);
    const script = join(folder, "init.sh");
    writeFileSync(script, 'echo "$1" > init-args; echo raté >&2; exit 3\n');
    const made = await run(venvProgram("python"), [
      "-c",
      "from jupyter_server.auth import passwd; print(passwd('sésame'))",
    ]);
    const fingerprint = made.stdout.trim();
    const [port = 0] = await freePorts(1);
    const origin = `http://127.0.0.1:${port}`;
    const { printed } = serve(
      environment(work, {
        JUPYTER_HASHED_PASSWORD: fingerprint,
        PERSONAL_INIT_SCRIPT: script,
        PERSONAL_INIT_ARGS: "salut",
      }),
      port,
    );
    await expect.poll(() => statusOf(`${origin}/api/status`), { timeout: 60_000, interval: 200 }).toBe(403);
    expect(await logIn(origin, "faux")).toBe(401);
    expect(await logIn(origin, "sésame")).toBe(302);
    expect(printed()).toContain("(mot de passe demandé)");
    expect(printed()).toContain("le script PERSONAL_INIT_SCRIPT a échoué");
    expect(printed()).not.toMatch(/token=|argon2/);
    expect(readFileSync(join(work, "init-args"), "utf8")).toBe("salut\n");
    const { stdout } = await run("ps", ["-ww", "-o", "args=", "-p", String(server?.pid)]);
    expect(stdout).not.toContain("argon2");
  });

  it.each([
    [{ JUPYTER_HASHED_PASSWORD: "sésame" }, "n'est pas l'empreinte argon2 d'un mot de passe"],
    [{ JUPYTER_TOKEN_FILE: "/nulle/part" }, "le fichier JUPYTER_TOKEN_FILE=/nulle/part est illisible"],
    [{ DAMIR_EQUIPE: "Équipe 1" }, "n'a pas la forme d'un identifiant"],
  ])("refuses %j and says why", async (more, message) => {
    await expect(run(startScript, [], { env: environment(workFolder(), more) })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
  });

  it("says in French that the port is taken", async () => {
    const taken = createServer();
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    try {
      await expect(
        run(startScript, ["--ServerApp.ip=127.0.0.1", `--ServerApp.port=${port}`], {
          env: environment(workFolder()),
        }),
      ).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`le port ${port} est déjà pris`) as string,
      });
    } finally {
      taken.close();
    }
  });

  it("gives the files that its own links lead to, and no other", async () => {
    const work = workFolder();
    symlinkSync("/etc", join(work, "ailleurs"));
    const [port = 0] = await freePorts(1);
    serve(environment(work, { JUPYTER_TOKEN: "jeton-du-test" }), port);
    const file = (path: string) => statusOf(`http://127.0.0.1:${port}/files/${path}`, "jeton-du-test");
    await expect
      .poll(() => file("modeles/00-premiers-pas/thumbnail.png"), { timeout: 60_000, interval: 200 })
      .toBe(200);
    expect(await file("ailleurs/hostname")).toBe(403);
    expect(await file(".damir/sample/manifest.json")).toBe(404);
  });

  /** Starts the server as the container does, on this machine only. */
  function serve(env: NodeJS.ProcessEnv, port: number): { printed: () => string } {
    server = spawn(
      startScript,
      [
        "--ServerApp.ip=127.0.0.1",
        `--ServerApp.port=${port}`,
        ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
      ],
      { env, stdio: ["ignore", "pipe", "pipe"] },
    );
    let text = "";
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    }
    return { printed: () => text };
  }
});

/** Status of the login page's answer to a password. */
async function logIn(origin: string, password: string): Promise<number> {
  const page = await fetch(`${origin}/login`);
  const cookie = page.headers.getSetCookie().map((entry) => entry.split(";")[0]);
  const [, xsrf = ""] = /name="_xsrf" value="([^"]+)"/.exec(await page.text()) ?? [];
  const answer = await fetch(`${origin}/login?next=%2Flab`, {
    method: "POST",
    redirect: "manual",
    headers: { Cookie: cookie.join("; ") },
    body: new URLSearchParams({ _xsrf: xsrf, password }),
  });
  return answer.status;
}
