import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Notebook } from "../scripts/notebook-run.mjs";
import { openChromium } from "./chromium.js";
import { statusOf } from "./http-status.js";
import { openLabPage } from "./lab-pages.js";

const run = promisify(execFile);
const image = process.env["ATELIER_IMAGE"] ?? "";
/** An image of before, whose volume the new one must take over. */
const olderImage = process.env["ATELIER_OLDER_IMAGE"] ?? "";
const engine = ["podman", "docker"].find(isInstalled) ?? "";
if (!image || !engine) {
  console.log(
    "The image is not tested: name one in ATELIER_IMAGE, on a machine that has podman or docker (docker/Dockerfile builds it).",
  );
}

const work = "/home/atelier/travail";
const starter = "modeles/00-premiers-pas/notebook.ipynb";
/** What docker/compose.yaml sets for a lab, and a platform that picks the account itself. */
const strict = [
  ...["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--user", "12345:0"],
];

describe.skipIf(!image || !engine)(`the image ${image}`, () => {
  const name = `atelier-test-${process.pid}`;
  const token = "jeton-du-test";
  let origin = "";

  async function start(chosen = image, ...options: string[]): Promise<void> {
    await run(engine, [
      ...["run", "--detach", "--name", name, ...options],
      ...["--env", `JUPYTER_TOKEN=${token}`, "--volume", `${name}:${work}`, chosen],
    ]);
    await ready();
  }

  async function ready(): Promise<void> {
    await vi.waitFor(() => inside("/opt/atelier/.venv/bin/python", "/opt/atelier/docker/health.py"), {
      timeout: 60_000,
      interval: 200,
    });
  }

  const publish = ["--publish", "127.0.0.1::8888"];
  async function findOrigin(): Promise<void> {
    origin = `http://${(await run(engine, ["port", name, "8888"])).stdout.trim()}`;
  }

  async function inside(...command: string[]): Promise<string> {
    const { stdout } = await run(engine, ["exec", name, ...command], { maxBuffer: 1 << 28 });
    return stdout;
  }

  const execute = (path: string) =>
    inside("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", path);

  async function expectRun(path: string): Promise<void> {
    const { cells } = JSON.parse(await inside("cat", path)) as Notebook;
    const shown = cells.flatMap((cell) => cell.outputs ?? []);
    expect(shown.filter(({ output_type }) => output_type === "error")).toEqual([]);
    expect(shown.filter(({ data }) => data && "image/png" in data)).toHaveLength(3);
  }

  const remove = () => run(engine, ["rm", "--force", name]);

  describe("as it is", () => {
    beforeAll(async () => {
      await start(image, ...publish, "--env", "DAMIR_EQUIPE=ville-urgences");
      await findOrigin();
    });
    afterAll(async () => {
      await remove();
      await run(engine, ["volume", "rm", name]);
    });

    it("asks for the token, runs without privileges and is healthy", async () => {
      expect(await statusOf(`${origin}/api/status`)).toBe(403);
      expect((await inside("whoami")).trim()).toBe("atelier");
      await run(engine, ["healthcheck", "run", name]).catch((error: unknown) => {
        if (engine === "podman") throw error;
      });
      const { stdout, stderr } = await run(engine, ["logs", name]);
      expect(stdout + stderr).not.toContain(token);
    });

    it("opens the home page on the team's starters, with their pictures", async () => {
      const browser = await openChromium();
      try {
        const opened = Date.now();
        const page = await openLabPage(browser, `${origin}/lab?token=${token}`);
        await page.locator(".damir-Card").first().waitFor();
        console.log(`From the address to the home page: ${Date.now() - opened} ms.`);
        expect(await page.locator(".damir-Card").first().innerText()).toContain("Votre équipe");
        const picture = page.locator(".damir-Card img").first();
        await expect.poll(() => picture.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(640);
      } finally {
        await browser.close();
      }
    });

    it("copies a starter, runs it, and keeps it when the container is killed, started again and replaced", async () => {
      const copied = await fetch(`${origin}/api/contents/`, {
        method: "POST",
        headers: { Authorization: `token ${token}` },
        body: JSON.stringify({ copy_from: starter }),
      });
      expect(copied.status).toBe(201);
      const { path, writable } = (await copied.json()) as { path: string; writable: boolean };
      expect(writable).toBe(true);
      await execute(path);
      await run(engine, ["kill", "--signal", "KILL", name]);
      await run(engine, ["start", name]);
      await ready();
      await expectRun(path);
      await remove();
      await start(image, ...publish);
      await findOrigin();
      await expectRun(path);
    });

    it("says what it is made of, and under which licences", async () => {
      const licences = await inside("cat", "/opt/atelier/LICENCES.txt");
      for (const component of ["@duckdb/node-api", "jupyterlab", "jupyterhub", "vega-lite"]) {
        expect(licences).toMatch(new RegExp(`^${component} \\d[\\w.-]* : \\S`, "m"));
      }
      expect(licences).not.toMatch(/: (A?GPL|SSPL|BUSL)/);
      expect(await inside("cat", "/opt/atelier/sbom/debian.tsv")).toMatch(/^tini\t/m);
      for (const part of ["node", "python"]) {
        const sbom = JSON.parse(await inside("cat", `/opt/atelier/sbom/${part}.cdx.json`)) as {
          bomFormat: string;
          components: unknown[];
        };
        expect(sbom.bomFormat).toBe("CycloneDX");
        expect(sbom.components.length).toBeGreaterThan(90);
      }
    });

    it("has its labels, no secret in its history, and at most 1.5 GB", async () => {
      const { stdout } = await run(engine, ["image", "inspect", image], { maxBuffer: 1 << 26 });
      const [{ Size, Config, ...rest }] = JSON.parse(stdout) as [
        { Size: number; Config: { Labels: Record<string, string>; Env: string[]; User: string } },
      ];
      console.log(`The image takes ${Math.round(Size / 1e6)} MB.`);
      expect(Size).toBeLessThan(1.5e9);
      expect(Config.Labels).toMatchObject({
        "org.opencontainers.image.title": "Atelier DAMIR",
        "org.opencontainers.image.licenses": "MIT",
      });
      expect(Config.User).toBe("1000:0");
      expect(JSON.stringify([Config, rest])).not.toMatch(
        /JUPYTER_TOKEN|BEGIN CERTIFICATE|:\/\/[^"/]*:[^"/]*@/,
      );
    });
  });

  describe("with nothing granted: another uid, a file system that it can't write, no capability, no network", () => {
    const closed = [...strict, "--network", "none"];
    afterEach(async () => {
      await remove();
      await run(engine, ["volume", "rm", name]);
    });

    it("runs a starter", async () => {
      await start(image, ...closed);
      expect((await inside("id", "-u")).trim()).toBe("12345");
      expect(await inside("grep", "CapEff", "/proc/self/status")).toMatch(/0{16}\n/);
      await inside("cp", starter, "copie.ipynb");
      await execute("copie.ipynb");
      await expectRun("copie.ipynb");
      await expect(inside("touch", "/opt/atelier/essai")).rejects.toThrow(/Read-only file system/);
    });

    it.skipIf(!olderImage)("takes over what an older image left in the volume", async () => {
      await start(olderImage);
      await inside("cp", starter, "copie.ipynb");
      await inside(
        "sh",
        "-c",
        "ln -sfn /opt/atelier/ancien .damir/sample && ln -sfn /opt/atelier/ancien modeles",
      );
      await remove();
      await start(image, ...closed, "--user", "1000:0");
      await execute("copie.ipynb");
      await expectRun("copie.ipynb");
    });
  });

  const fill = `head -c 2M /dev/zero >${work}/plein; exec /opt/atelier/docker/start.sh`;

  it.each([
    ["is read-only", ["--volume", `${name}-lecture:${work}:ro`], [], "est monté en lecture seule"],
    ["is another's", ["--user", "12345:12345"], [], "n'est pas modifiable par le compte"],
    [
      "is full",
      ["--mount", `type=tmpfs,destination=${work},tmpfs-size=1m,tmpfs-mode=1777`, "--entrypoint", "sh"],
      ["-c", fill],
      "est plein",
    ],
  ])("says in French that the work folder %s", async (_, options, command, message) => {
    await expect(
      run(engine, ["run", "--rm", ...options, image, ...command], { timeout: 60_000 }),
    ).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(message) as string });
    await run(engine, ["volume", "rm", "--force", `${name}-lecture`]);
  });

  it("holds the hub of an event and its proxy, and a lab that a hub can open", async () => {
    const versions = await run(engine, [
      ...["run", "--rm", ...strict, "--entrypoint", "sh", image, "-c"],
      "jupyterhub --version && jupyterhub-singleuser --version && configurable-http-proxy --version && equipes --fichier /tmp/e.json ajouter",
    ]);
    expect(versions.stdout).toMatch(/^6\.\d+\.\d+\n/);
    expect(versions.stdout).toMatch(/^ville-urgences : [a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/m);
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
