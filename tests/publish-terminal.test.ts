import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root, venvProgram } from "../scripts/setup.mjs";
import { onePixel } from "../lib/publish/src/hosting/hosted-page.fixture.js";
import { eventsOf, PublishedSite, siteAddress } from "./published-site.js";

const key = "cle-de-camille-0123456789";
const site = new PublishedSite();
const notebook = () => join(site.folder, "notebooks", "actes.ipynb");
const settings = () => join(site.folder, "reglages", "atelier-damir");
const home = () => join(site.folder, "donnees");

beforeAll(async () => {
  await site.start(key);
  site.standIn.datasets.set("54de1e8fc751df388646738b", { slug: "open-damir" });
  // A notebook that was run and saved, and a store whose data are observed.
  mkdirSync(join(site.folder, "notebooks"));
  writeFileSync(join(site.folder, "image.png"), onePixel);
  const limits = `# Actes\n\n**La question** : combien ?\n\n## Limites\n\n${"Des actes, pas des personnes. ".repeat(6)}`;
  const cells = [
    { cell_type: "markdown", metadata: {}, source: limits },
    {
      cell_type: "code",
      metadata: {},
      source: "await base.sql`SELECT count(*) FROM damir`",
      execution_count: 1,
      outputs: [
        { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 1 },
      ],
    },
  ];
  const metadata = { authors: [{ name: "Camille Martin" }], license: { name: "MIT" } };
  writeFileSync(notebook(), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  const files = [{ path: "damir/202501.parquet", rows: 1, bytes: 1, sha256: "ab" }];
  const damir = {
    title: "Open DAMIR",
    producer: "CNAM",
    licence: "Licence Ouverte 2.0",
    synthetic: false,
    files,
  };
  mkdirSync(join(home(), "store"), { recursive: true });
  writeFileSync(join(home(), "store", "manifest.json"), JSON.stringify({ version: 1, tables: { damir } }));
});
afterAll(() => {
  site.stop();
});
beforeEach(() => {
  rmSync(settings(), { recursive: true, force: true });
  site.standIn.reuses.length = 0;
});

const words = (...more: string[]) => {
  const where = ["--to", "git", "--repository", site.clone, "--address", siteAddress];
  const image = join(site.folder, "image.png");
  return ["publish", notebook(), "--saved", "--image", image, ...where, ...more];
};

/** Types on a terminal: each text once its prompt has come. Exits as the command does. */
const typist = `
import json, os, pty, select, sys
words, answers = json.loads(sys.argv[1]), json.loads(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(words[0], words)
seen, at = b"", 0
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    while answers and answers[0][0].encode() in seen[at:]:
        prompt, text = answers.pop(0)
        at += seen[at:].index(prompt.encode()) + len(prompt.encode())
        os.write(terminal, text.encode())
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 255)
`;

async function typed(
  command: string[],
  answers: [string, string][],
): Promise<{ code: number; shown: string }> {
  const line = [join(root, "node_modules/.bin/damir"), ...command];
  return new Promise((done) => {
    execFile(
      venvProgram("python"),
      ["-c", typist, JSON.stringify(line), JSON.stringify(answers)],
      { cwd: root, env: site.env({ DAMIR_HOME: home() }), encoding: "utf8" },
      (error, shown) => {
        done({ code: error ? Number(error.code) : 0, shown });
      },
    );
  });
}

describe("on a terminal", () => {
  it("asks for the key without showing it, keeps it once it is known to be right and where one agrees", async () => {
    const { code, shown } = await typed(words(), [
      ["Votre clé", "une-mauvaise-cle-0123\r"],
      ["Votre clé", `${key}\r`],
      ["Garder cette clé", "o\r"],
      ["Publier ? [o/N]", "oui\r"],
    ]);
    expect(code, shown).toBe(0);
    expect(shown).toContain("ne reconnaît pas cette clé");
    expect(shown).toMatch(/fiche : 127\.0\.0\.1:\d+, publique[^]*producteurs sont prévenus : Open DAMIR/);
    expect(shown).toMatch(/Fiche créée, publique/);
    expect(shown).not.toContain(key);
    expect(shown).not.toContain("une-mauvaise-cle");
    const [file = ""] = readdirSync(settings());
    const path = join(settings(), file);
    expect([statSync(path).mode & 0o777, readFileSync(path, "utf8").trim()]).toEqual([0o600, key]);
    // The kept key serves the next time, and nothing is asked but the agreement.
    const again = await typed(words(), [["Publier ? [o/N]", "o\r"]]);
    expect(again.code, again.shown).toBe(0);
    expect(again.shown).toMatch(/Le site avait déjà cette page[^]*Fiche mise à jour/);
  });

  it("goes on without a key, keeps none, and says how to make the card", async () => {
    const { code, shown } = await typed(words("--slug", "sans-cle"), [
      ["Votre clé", "\r"],
      ["Publier ? [o/N]", "o\r"],
    ]);
    expect(code, shown).toBe(0);
    expect(shown).toMatch(/Pour la fiche : faites une clé[^]*DATAGOUV_API_KEY[^]*remplissez-la vous-même/);
    expect(existsSync(settings())).toBe(false);
    expect(site.published("/sans-cle/")).toBeDefined();
    expect(site.standIn.reuses).toEqual([]);
  });

  it("publishes nothing without a yes, and forgets the key where that is wanted", async () => {
    const { code, shown } = await typed(words("--slug", "refusee"), [
      ["Votre clé", `${key}\r`],
      ["Garder cette clé", "\r"],
      ["Publier ? [o/N]", "\r"],
    ]);
    expect([code, shown]).toEqual([1, expect.stringContaining("vous n'avez pas donné votre accord")]);
    expect(existsSync(settings())).toBe(false);
    expect(site.published("/refusee/")).toBeUndefined();
  });

  it("takes the end of the input for no answer", async () => {
    const { code, shown } = await typed(words("--slug", "sans-reponse"), [
      ["Votre clé", "\u0004"],
      ["Publier ? [o/N]", "\u0004"],
    ]);
    expect([code, shown]).toEqual([1, expect.stringContaining("vous n'avez pas donné votre accord")]);
  });

  it("stops at Ctrl-C, at the key too, and says that nothing is published", async () => {
    const { code, shown } = await typed(words("--slug", "interrompue"), [["Votre clé", "\u0003"]]);
    expect([code, shown]).toEqual([130, expect.stringContaining("Interrompu : rien n'est publié.")]);
    expect(site.published("/interrompue/")).toBeUndefined();
  });
});

describe("without a terminal", () => {
  const run = (...more: string[]) =>
    site.damir(words(...more), { DAMIR_HOME: home(), DATAGOUV_API_KEY: key });

  it("publishes only with --yes", async () => {
    const { code, err } = await run("--slug", "sans-accord");
    expect([code, err]).toEqual([1, expect.stringMatching(/Ajoutez --yes[^]*page : http/)]);
    expect(site.published("/sans-accord/")).toBeUndefined();
  });

  it("shows the exact requests of a dry run, and writes nothing", async () => {
    const asked = site.standIn.asked.length;
    const { code, out } = await run("--slug", "a-blanc", "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(
      /POST http\S+\/api\/1\/reuses\/\nX-API-KEY: \(votre clé\)[^]*"private": true[^]*image\/[^]*PUT [^]*"private": false/,
    );
    expect(out).not.toContain(key);
    expect(site.standIn.asked.slice(asked).every((request) => request.startsWith("GET"))).toBe(true);
    expect(site.published("/a-blanc/")).toBeUndefined();
  });

  it("tells a program why it stopped, whatever the reason", async () => {
    const wrong = await site.damir(words("--yes", "--json", "--slug", "Été"), { DAMIR_HOME: home() });
    expect(wrong.code).toBe(1);
    expect(eventsOf(wrong).at(-1)).toMatchObject({
      event: "failed",
      message: expect.stringContaining("« Été »") as unknown,
    });
    const nowhere = await site.damir(["publish", notebook(), "--json"]);
    expect([nowhere.code, eventsOf(nowhere).length]).toEqual([2, 1]);
    const bad = await run("--yes", "--json", "--slug", "mauvaise");
    expect(bad.code).toBe(0);
  });

  it.each([
    [["publish"], /Il manque un argument : NOTEBOOK/],
    [["publish", "a.ipynb"], /dites où publier : --to folder/],
    [["publish", "a.ipynb", "--to", "ftp"], /--to prend folder, git ou s3, pas « ftp »/],
    [["publish", "a.ipynb", "--to", "folder"], /--to folder demande --folder DOSSIER/],
    [
      ["publish", "a.ipynb", "--to", "folder", "--folder", "x", "--bucket", "y"],
      /--bucket ne va qu'avec --to s3/,
    ],
    [["publish", "a.ipynb", "--to", "s3"], /--to s3 demande --bucket NOM/],
    [["publish", "a.ipynb", "--to", "git", "--wait", "longtemps"], /--wait prend un nombre de minutes/],
  ])("damir %j is refused in French", async (line, message) => {
    const { code, out, err } = await site.damir(line);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/error:|argument '/);
  });

  it("says that a notebook isn't there, and how the command is used", async () => {
    const { code, err } = await site.damir(["publish", "absent.ipynb", "--to", "folder", "--folder", "x"]);
    expect([code, err]).toEqual([1, expect.stringContaining("Le notebook absent.ipynb est introuvable")]);
    const help = await site.damir(["publish", "--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toMatch(/^Usage : damir publish \[options\] <NOTEBOOK>/);
    expect(help.out).not.toMatch(/\b(default|Options:|display)/);
  });
});

describe("interrupted", () => {
  it("leaves no kernel running and no folder behind", async () => {
    const folder = join(root, "tests", "output", "interrompu");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "sans-fin.ipynb");
    const kernelspec = { name: "typescript", display_name: "TypeScript", language: "typescript" };
    const mark = `interruption-${process.pid}`;
    const cell = { cell_type: "code", metadata: {}, outputs: [], execution_count: null };
    const source = `require("node:fs").writeFileSync("pid-${mark}", String(process.pid)); await new Promise(() => setInterval(() => undefined, 1000));`;
    writeFileSync(
      path,
      JSON.stringify({
        cells: [{ ...cell, source }],
        metadata: { kernelspec },
        nbformat: 4,
        nbformat_minor: 4,
      }),
    );
    try {
      const child = execFile(
        join(root, "node_modules/.bin/damir"),
        ["publish", path, "--to", "folder", "--folder", join(folder, "site")],
        { cwd: root, env: site.env() },
      );
      const ended = new Promise<number | null>((done) => child.on("exit", done));
      const file = join(folder, `pid-${mark}`);
      await expect
        .poll(() => existsSync(file) && readFileSync(file, "utf8") !== "", { timeout: 60_000 })
        .toBe(true);
      const kernel = Number(readFileSync(file, "utf8"));
      child.kill("SIGTERM");
      expect(await ended).toBe(143);
      await expect.poll(() => isRunning(kernel), { timeout: 20_000 }).toBe(false);
      expect(existsSync(join(folder, "site"))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
