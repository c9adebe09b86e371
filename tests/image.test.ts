import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Notebook } from "../scripts/notebook-run.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { freePorts } from "./free-ports.js";
import { statusOf } from "./http-status.js";
import { ask, engine, image, ImageContainer, noImage, strict, work } from "./image-container.js";
import { openLabPage, waitForNotebook } from "./lab-pages.js";
import { drawnCharts, runAllCells } from "./notebook-runs.js";

/** An image of before, whose volume the new one must take over. */
const olderImage = process.env["ATELIER_OLDER_IMAGE"] ?? "";
if (noImage) console.log(`The image is not tested: ${noImage}.`);

const screenshots = join(root, "tests", "output");
const starter = "modeles/00-premiers-pas/notebook.ipynb";
const drawings = 3;

describe.skipIf(noImage)(`the image ${image}`, () => {
  const container = new ImageContainer(`atelier-test-${process.pid}`);
  const { token, name } = container;

  const execute = (path: string) =>
    container.inside("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", path);

  async function expectRun(path: string): Promise<void> {
    expectDrawn(JSON.parse(await container.inside("cat", path)) as Notebook);
  }

  describe("as it is", () => {
    let browser: Browser;
    let origin: string;
    const publish = ["--publish", "127.0.0.1::8888"];

    beforeAll(async () => {
      mkdirSync(screenshots, { recursive: true });
      browser = await openChromium();
    });
    afterAll(async () => {
      await browser.close();
      await container.discard();
    });

    it("opens the home page on the team's starters, with their pictures", async () => {
      const [port = 0] = await freePorts(1);
      origin = `http://127.0.0.1:${port}`;
      const begun = Date.now();
      await container.launch(
        ["--publish", `127.0.0.1:${port}:8888`, "--env", "DAMIR_EQUIPE=ville-urgences"],
        {
          arguments: ["--LabApp.expose_app_in_browser=True"],
        },
      );
      await expect.poll(() => statusOf(`${origin}/api`), { timeout: 60_000, interval: 20 }).toBe(200);
      const answered = Date.now();
      const page = await openLab();
      const card = page.locator(".damir-Card").first();
      await card.waitFor();
      console.log(
        `From the start of the container to the home page: ${Date.now() - begun} ms, of which ${answered - begun} until the server answers.`,
      );
      expect(await card.innerText()).toContain("Votre équipe");
      const picture = page.locator(".damir-Card img").first();
      await expect.poll(() => picture.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(640);
      await page.screenshot({ path: join(screenshots, "image-home.png") });
      await page.close();
    });

    it("asks for the token, runs without privileges and is healthy", async () => {
      expect(await statusOf(`${origin}/api/status`)).toBe(403);
      expect((await container.inside("whoami")).trim()).toBe("atelier");
      await container.ready();
      await ask("healthcheck", "run", name).catch((error: unknown) => {
        if (engine === "podman") throw error;
      });
      expect(await container.log()).not.toContain(token);
    });

    it("leaves Jupyter's protections on: no frame of another site's, no request without the page's own key", async () => {
      const page = await openLab();
      const { status, policy } = await page.evaluate(async () => {
        const answer = await fetch("/lab");
        const forged = await fetch("/api/contents", { method: "POST", body: '{"type":"directory"}' });
        return { status: forged.status, policy: answer.headers.get("content-security-policy") };
      });
      expect(policy).toContain("frame-ancestors 'self'");
      expect(status).toBe(403);
      await page.close();
    });

    it("forks a starter by its card, runs it and draws its charts and maps", async () => {
      const page = await openLab();
      await page.getByRole("button", { name: /^Forker « Premiers pas/ }).click();
      await waitForNotebook(page, "mes-analyses/00-premiers-pas.ipynb");
      const notebook = await runAllCells(page);
      expectDrawn(notebook);
      const shown = await drawnCharts(page, "image", notebook);
      expect(shown).toHaveLength(drawings);
      for (const { width, painted } of shown) {
        expect(width).toBeGreaterThan(400);
        expect(painted).toBeGreaterThan(1000);
      }
      await page.keyboard.press("Control+s");
      await expect
        .poll(() => container.inside("cat", "mes-analyses/00-premiers-pas.ipynb"), { timeout: 20_000 })
        .toContain("image/png");
      await page.close();
    });

    it("keeps the work when the container is killed, started again and replaced", async () => {
      const path = "mes-analyses/00-premiers-pas.ipynb";
      await ask("kill", "--signal", "KILL", name);
      await ask("start", name);
      await container.ready();
      await expectRun(path);
      await container.remove();
      await container.start(publish);
      await expectRun(path);
      // Its token again, and what an interrupted lab left behind hinders nothing.
      expect(await statusOf(`${await container.origin()}/api/status`, token)).toBe(200);
    });

    it("says what it is made of, and under which licences", async () => {
      const licences = await container.inside("cat", "/opt/atelier/LICENCES.txt");
      for (const component of ["@duckdb/node-api", "jupyterlab", "jupyterhub", "vega-lite"]) {
        expect(licences).toMatch(new RegExp(`^${component} \\d[\\w.-]* : \\S`, "m"));
      }
      expect(licences).not.toMatch(/: (A?GPL|SSPL|BUSL)/);
      expect(await container.inside("cat", "/opt/atelier/sbom/debian.tsv")).toMatch(/^tini\t/m);
      for (const part of ["node", "python"]) {
        const sbom = JSON.parse(await container.inside("cat", `/opt/atelier/sbom/${part}.cdx.json`)) as {
          bomFormat: string;
          components: unknown[];
        };
        expect(sbom.bomFormat).toBe("CycloneDX");
        expect(sbom.components.length).toBeGreaterThan(90);
      }
    });

    it("has its labels, no secret in its files or its history, and at most 1.5 GB", async () => {
      const [{ Size, Config, ...rest }] = JSON.parse(await ask("image", "inspect", image)) as [
        { Size: number; Config: { Labels: Record<string, string>; Env: string[]; User: string } },
      ];
      console.log(`The image takes ${Math.round(Size / 1e6)} MB.`);
      expect(Size).toBeLessThan(1.5e9);
      expect(Config.Labels).toMatchObject({
        "org.opencontainers.image.title": "Atelier DAMIR",
        "org.opencontainers.image.licenses": "MIT",
      });
      expect(Config.User).toBe("1000:0");
      const history = await ask("history", "--no-trunc", image);
      expect(history).toContain("ENTRYPOINT");
      expect(JSON.stringify([Config, rest, history])).not.toMatch(
        /JUPYTER_TOKEN|BEGIN CERTIFICATE|:\/\/[^"/\s]*:[^"/\s]*@/,
      );
      const files = await ask(
        ...["run", "--rm", "--user", "0", "--entrypoint", "sh", image, "-c"],
        `find / -xdev \\( -path /proc -o -path /sys \\) -prune -o -type f \\( -name .npmrc -o -name .netrc -o -name .pypirc -o -name pip.conf -o -name .git-credentials -o -name '*.key' -o -path '/run/secrets/*' -o -path '/root/*' \\) -print`,
      );
      const ofDebian = /^\/root\/\.(bashrc|profile)$/;
      expect(files.split("\n").filter((file) => file && !ofDebian.test(file))).toEqual([]);
    });

    async function openLab(): Promise<Page> {
      return openLabPage(browser, `${origin}/lab?token=${token}`);
    }
  });

  describe("with nothing granted: another uid, a file system that it can't write, no capability, no network", () => {
    const closed = [...strict, "--network", "none"];
    afterEach(() => container.discard());

    it("runs a starter", async () => {
      await container.start(closed);
      expect((await container.inside("id", "-u")).trim()).toBe("12345");
      expect(await container.inside("grep", "CapEff", "/proc/self/status")).toMatch(/0{16}\n/);
      await container.inside("cp", starter, "copie.ipynb");
      await execute("copie.ipynb");
      await expectRun("copie.ipynb");
      await expect(container.inside("touch", "/opt/atelier/essai")).rejects.toThrow(/Read-only file system/);
      // A starter is nobody's to change, through the link either.
      await expect(container.inside("sh", "-c", `echo >> ${starter}`)).rejects.toThrow(
        /Read-only file system|Permission denied/,
      );
    });

    it.skipIf(!olderImage)("takes over what an older image left in the volume", async () => {
      await container.start([], { image: olderImage });
      await container.inside("cp", starter, "copie.ipynb");
      await container.inside(
        "sh",
        "-c",
        "ln -sfn /opt/atelier/ancien .damir/sample && ln -sfn /opt/atelier/ancien modeles",
      );
      await container.remove();
      await container.start([...closed, "--user", "1000:0"]);
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
    await expect(ask("run", "--rm", ...options, image, ...command)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
    await ask("volume", "rm", "--force", `${name}-lecture`);
  });

  it("keeps what was saved when the volume fills up later, and says that the rest isn't", async () => {
    const small = `type=tmpfs,destination=${work},tmpfs-size=40m,tmpfs-mode=1777`;
    await container.start(["--publish", "127.0.0.1::8888", "--mount", small], { volume: "" });
    try {
      const address = `${await container.origin()}/api/contents/analyse.txt`;
      const save = (content: string) =>
        fetch(address, {
          method: "PUT",
          headers: { Authorization: `token ${token}` },
          body: JSON.stringify({ type: "file", format: "text", content }),
        });
      expect((await save("ce qui compte")).status).toBe(201);
      await container.inside("sh", "-c", "cat /dev/zero >plein 2>/dev/null || true");
      const refused = await save("x".repeat(1 << 20));
      expect(refused.status).toBe(500);
      expect(await refused.text()).toMatch(/No space left/);
      expect(await container.inside("cat", "analyse.txt")).toBe("ce qui compte");
      await container.inside("rm", "plein");
      expect((await save("et la suite")).status).toBe(200);
      expect(await container.inside("cat", "analyse.txt")).toBe("et la suite");
    } finally {
      await container.remove();
    }
  });

  it("holds the hub of an event and its proxy, and a lab that a hub can open", async () => {
    const versions = await ask(
      ...["run", "--rm", ...strict, "--entrypoint", "sh", image, "-c"],
      "jupyterhub --version && jupyterhub-singleuser --version && configurable-http-proxy --version && equipes --fichier /tmp/e.json ajouter",
    );
    expect(versions).toMatch(/^6\.\d+\.\d+\n/);
    expect(versions).toMatch(/^ville-urgences : [a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/m);
  });

  function expectDrawn({ cells }: Notebook): void {
    const shown = cells.flatMap((cell) => cell.outputs ?? []);
    expect(shown.filter(({ output_type }) => output_type === "error")).toEqual([]);
    expect(shown.filter(({ data }) => data && "image/png" in data)).toHaveLength(drawings);
  }
});
