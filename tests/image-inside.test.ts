import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Notebook } from "../scripts/notebook-run.mjs";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { enterHub, passwordsIn } from "./hub-pages.js";
import { ask, ImageContainer, noImage, strict, work } from "./image-container.js";
import { notebookOf } from "./test-lab.js";

if (noImage) console.log(`What the image holds is not tested: ${noImage}.`);

/** docker/trim.sh takes much of the packages away: everything that people use must still be there, and offline. */
describe.skipIf(noImage)("what the image holds", () => {
  const container = new ImageContainer(`atelier-dedans-${process.pid}`);

  beforeAll(() => container.start([...strict, "--network", "none"]));
  afterAll(() => container.discard());

  /** Runs cells in a kernel of the container, and returns the text that each prints. */
  async function printedBy(kernel: string, ...sources: string[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "dedans-"));
    const notebook = JSON.parse(notebookOf(sources)) as Notebook & { metadata: object };
    notebook.metadata = { kernelspec: { name: kernel, display_name: kernel } };
    writeFileSync(join(folder, "essai.ipynb"), JSON.stringify(notebook));
    await ask("cp", join(folder, "essai.ipynb"), `${container.name}:${work}/essai.ipynb`);
    rmSync(folder, { recursive: true });
    const ran = await container.inside(
      "jupyter",
      "nbconvert",
      "--to",
      "notebook",
      "--execute",
      "--stdout",
      "essai.ipynb",
    );
    return (JSON.parse(ran) as Notebook).cells.map(({ outputs = [] }) =>
      outputs
        .flatMap(({ text = [] }) => text)
        .join("")
        .trim(),
    );
  }

  it("gives DataFrames, makes and reads workbooks, speaks to S3", async () => {
    const [frame = "", workbook, s3] = await printedBy(
      "typescript",
      `import { connect } from "damir";
       const damir = await connect();
       const parRegion = await damir.sql\`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1 ORDER BY 1\`;
       const frame = await parRegion.toDanfo();
       console.log(String(frame.describe()));`,
      `import { utils, write } from "@e965/xlsx";
       import { writeFileSync } from "node:fs";
       const book = utils.book_new();
       utils.book_append_sheet(book, utils.json_to_sheet([{ ville: "Sète", lits: 12 }, { ville: "Agde", lits: 30 }]));
       writeFileSync("lits.xlsx", write(book, { type: "buffer", bookType: "xlsx" }));
       await damir.attach("lits.xlsx");
       console.log((await damir.sql\`SELECT sum(lits) AS n FROM lits\`).rows[0]?.n);`,
      `import { S3Client } from "@aws-sdk/client-s3";
       console.log(typeof new S3Client({ region: "fr" }).send);`,
    );
    expect(frame).toMatch(/mean/);
    expect([workbook, s3]).toEqual(["42", "function"]);
  });

  it("completes what one types in TypeScript, packages included, and in Python", async () => {
    const [names] = await printedBy(
      "python3",
      `from jupyter_client.manager import start_new_kernel
def complete(kernel, code, before=""):
    manager, client = start_new_kernel(kernel_name=kernel)
    client.execute(before)
    asked = client.complete(code, len(code))
    while (answer := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != asked:
        pass
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return " ".join(answer["content"]["matches"])
print(complete("typescript", 'import { DataFrame } from "danfojs-node"; const f = new DataFrame([[1]]); f.desc'))
print(complete("python3", "json.dum", "import json"))`,
    );
    expect(names).toMatch(/^describe\n.*dumps/s);
  });

  it("starts Jupyter without what takes half of its start", async () => {
    const loaded = "import sys, jupyterlab.labapp; print('lark' in sys.modules, 'jsonschema' in sys.modules)";
    expect(await container.inside("python", "-c", loaded)).toBe("False True\n");
  });

  it("publishes to a git repository under a name and a token that stay in the volume", async () => {
    await container.inside(
      "sh",
      "-c",
      `set -e
       git init --quiet --bare depot.git
       git clone --quiet depot.git site 2>/dev/null
       git config --global user.name "Camille Martin"
       git config --global user.email camille@exemple.fr
       cp modeles/00-premiers-pas/notebook.ipynb analyse.ipynb`,
    );
    const told = await container.inside(
      ...[
        "damir",
        "publish",
        "analyse.ipynb",
        "--to",
        "git",
        "--repository",
        "site",
        "--address",
        "https://exemple.fr/",
      ],
      ...[
        "--author",
        "Camille Martin",
        "--licence",
        "Licence Ouverte 2.0",
        "--draft",
        "--no-card",
        "--wait",
        "0",
        "--yes",
      ],
    );
    expect(told).toContain("https://exemple.fr/analyse/");
    const published = await container.inside("git", "-C", "depot.git", "show", "gh-pages:analyse/index.html");
    expect(published).toContain("Premiers pas dans DAMIR");
    // As `git credential` keeps what a person types once, when it clones over HTTPS.
    await container.inside(
      "sh",
      "-c",
      "printf 'protocol=https\\nhost=exemple.fr\\nusername=camille\\npassword=jeton\\n\\n' | git credential approve",
    );
    expect(await container.inside("stat", "-c", "%a %n", `${work}/.jupyter/git-credentials`)).toMatch(
      /^600 /,
    );
    expect(await container.inside("cat", `${work}/.jupyter/gitconfig`)).toContain("Camille Martin");
  });

  it("shows the hub's pages with everything they ask for", async () => {
    const hub = new ImageContainer(`${container.name}-hub`);
    await hub.launch(
      [
        // Root, since labs are processes there: compose.yaml's hub isn't.
        ...["--user", "0", "--publish", "127.0.0.1::8000", "--entrypoint", "tini"],
        ...["ATELIER_SPAWNER=process", "ATELIER_STATE=/srv/hub"].flatMap((entry) => ["--env", entry]),
      ],
      {
        volume: "",
        arguments: ["--", "jupyterhub", "--config", "/opt/atelier/docker/hub/jupyterhub_config.py"],
      },
    );
    const browser = await openChromium();
    try {
      const made = await hub.inside("equipes", "organisation");
      const origin = `http://${(await ask("port", hub.name, "8000")).trim()}`;
      await expect
        .poll(
          () =>
            fetch(`${origin}/hub/health`).then(
              (answer) => answer.ok,
              () => false,
            ),
          { timeout: 60_000 },
        )
        .toBe(true);
      const team = "organisation";
      const page = await enterHub(browser, origin, { team, password: passwordsIn(made).get(team) ?? "" });
      const missing: string[] = [];
      page.on("response", (answer) => {
        if (answer.status() >= 400) missing.push(`${answer.status()} ${answer.url()}`);
      });
      page.on("pageerror", (error) => missing.push(error.message));
      await page.waitForURL(/\/hub\/(spawn|home)|\/user\//);
      for (const path of ["login", "home", "token"]) {
        await page.goto(`${origin}/hub/${path}`);
        await page.waitForLoadState("networkidle");
      }
      await page.goto(`${origin}/hub/admin`);
      await page.getByRole("button", { name: "Stop All" }).waitFor();
      const icons = () =>
        page.evaluate(
          () =>
            [...document.fonts].filter(({ family, status }) => /Awesome/.test(family) && status === "loaded")
              .length,
        );
      await expect.poll(icons).toBeGreaterThan(0);
      mkdirSync(join(root, "tests", "output"), { recursive: true });
      await page.screenshot({ path: join(root, "tests", "output", "image-hub.png") });
      expect(missing).toEqual([]);
    } finally {
      await browser.close();
      await hub.remove();
    }
  });
});
