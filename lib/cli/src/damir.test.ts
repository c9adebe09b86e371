import { execFile, spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { isIntact, listStore } from "@atelier-damir/pipeline";
import { openDamirVariables, projectRoot, readStore, sampleFolder, storeFolder } from "damir";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the real command, as a person types it. */
async function damir(...words: string[]): Promise<Outcome> {
  return outcomeOf(start(words));
}

function start(words: string[]): ChildProcess {
  return spawn(join(projectRoot, "node_modules/.bin/damir"), words, {
    env: { ...process.env, DAMIR_HOME: "" },
  });
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  await once(child, "close");
  return { code: child.exitCode, out, err };
}

async function inventory(home: string): Promise<unknown> {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" }).sort();
  return { names, intact: await isIntact(storeFolder(home)) };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "damir-cli-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Names of the columns since 2015: regions, not zones. */
const publishedNames = [...openDamirVariables().keys()].filter((name) => !/_zeat(_cod)?$/.test(name));

/** A monthly file of rows that differ, zipped as published. */
function monthlyFile(rows: number, month = "202501"): string {
  const names = publishedNames;
  const line = (row: number) =>
    names
      .map((name, column) => {
        if (name === "flx_ann_moi") return month;
        if (name === "etb_dcs_mco") return "Z";
        return name === "flt_rem_mnt" ? ".51" : String((row * (column + 7)) % 99);
      })
      .join(";");
  const text = [names.join(";").toUpperCase(), ...Array.from({ length: rows }, (_, row) => line(row))]
    .map((line) => `${line};\n`)
    .join("");
  const path = join(folder(), `A${month}.csv.gz`);
  writeFileSync(path, gzipSync(text, { level: 1 }));
  return path;
}

beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    [join(projectRoot, "node_modules/typescript/bin/tsc"), "--build", "lib/cli"],
    {
      cwd: projectRoot,
    },
  );
});

describe("help", () => {
  test.each([
    [["--help"], "damir data add open-damir A202501.csv.gz"],
    [["data", "--help"], "damir data sample"],
    [["data", "add", "--help"], "FICHIER"],
    [["data", "sample", "--help"], "--force"],
    [["data", "list", "-h"], "--home"],
  ])("damir %j speaks French, with examples", async (words, expected) => {
    const { code, out, err } = await damir(...words);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Usage : damir /);
    expect(out).toMatch(/\nExemples :\n {2}damir /);
    expect(out).toContain(expected);
    expect(out).not.toMatch(/\b(Commands|Options:|Arguments:|display|help for|command\b|default)/);
  });

  test.each([[[]], [["data"]]])("damir %j alone shows the help as an error", async (words) => {
    const { code, out, err } = await damir(...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^Usage : damir /);
  });
});

describe("what is mistyped", () => {
  test.each([
    [["dta"], "Commande inconnue : dta. Vouliez-vous dire data ?"],
    [["data", "lst"], "Commande inconnue : lst. Vouliez-vous dire list ?"],
    [["data", "list", "--hme", "x"], "Option inconnue : --hme. Vouliez-vous dire --home ?"],
    [["data", "list", "--home"], "Il manque la valeur de l'option --home <DOSSIER>."],
    [["data", "pull", "meteo", "--jobs", "0"], "--jobs prend un nombre de 1 à 8, pas « 0 »."],
    [["data", "add"], "Il manque un argument : JEU."],
    [["data", "add", "open-damir"], "Il manque un argument : FICHIER."],
    [["data", "list", "x"], "Cette commande ne prend pas autant d'arguments."],
  ])("damir %j", async (words, message) => {
    expect(await damir(...words)).toEqual({ code: 2, out: "", err: `${message}\nAide : damir --help\n` });
  });

  test.each([
    [
      ["data", "add", "open-damire", "x.csv"],
      "Jeu de données inconnu : open-damire. Vouliez-vous dire open-damir ? Le catalogue contient : accidents, contours, depenses-departement, depenses-nationales, medecins, meteo, open-damir, population.\n",
    ],
    [
      ["data", "add", "open-damir", "/nowhere/x.csv"],
      "/nowhere/x.csv n'existe pas. Vérifiez le chemin du fichier à importer.\n",
    ],
  ])("damir %j", async (words, err) => {
    expect(await damir(...words, "--home", folder())).toEqual({ code: 1, out: "", err });
  });
});

describe("data", () => {
  test("add then list", async () => {
    const home = folder();
    const file = monthlyFile(1234);
    const first = await damir("data", "add", "open-damir", file, "--home", home);
    expect(first.err).toContain("Lecture de A202501.csv.gz : 100 %\n");
    expect(first.out).toMatch(
      /^A202501\.csv\.gz : mois 202501 importé, 1\s234 lignes, [\d,]+ ko\. Lignes et totaux identiques/,
    );
    expect(first.code).toBe(0);
    const again = await damir("data", "add", "open-damir", file, monthlyFile(10, "202502"), "--home", home);
    expect(again.out).toMatch(/mois 202501 remplacé.*\nA202502\.csv\.gz : mois 202502 importé/);
    const list = await damir("data", "list", "--home", home);
    expect(list.code).toBe(0);
    expect(list.out).toContain(`Données importées (${home}/store)`);
    expect(list.out).toMatch(/damir\s+1\s244\s+202501 à 202502 \(2\)\s+[\d,]+ ko\s+réelles/);
    expect(list.out).toMatch(/Échantillon \(.*\)\n {2}Rien encore\. Pour commencer : damir data sample\n/);
    expect((await listStore(home)).store.tables?.[0]).toMatchObject({
      rows: 1244,
      months: ["202501", "202502"],
    });
  });

  test("a bad file is refused without a stack, and nothing is made", async () => {
    const home = join(folder(), "home");
    const file = join(folder(), "A202501.csv.gz");
    writeFileSync(file, "<html></html>");
    const { code, out, err } = await damir("data", "add", "open-damir", file, "--home", home);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/A202501\.csv\.gz est une page web \(HTML\).*\n$/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(home)).toBe(false);
  });
});

describe("data sample", () => {
  test("is made once, kept while it is whole, made again when it is damaged", async () => {
    const home = folder();
    const sample = sampleFolder(home);
    const made = await damir("data", "sample", "--home", home);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^Échantillon synthétique prêt dans .*\/sample\. Ses lignes sont inventées/);
    expect(await isIntact(sample)).toBe(true);
    const list = await damir("data", "list", "--home", home);
    expect(list.out).toMatch(/ damir {2,}[\d\s]+202401 à 202512 \(24\) .* synthétiques\n/);
    expect(list.out).toMatch(/ référence : \d+ tables .* réelles\n/);
    expect(list.out).not.toMatch(/nomenclature_|postes|geographie/);
    for (const [table, years] of [
      ["population", "2024 à 2025"],
      ["medecins", "2024 à 2025"],
      ["meteo", "2024 à 2025"],
      ["accidents", "2024 à 2025"],
    ])
      expect(list.out).toMatch(new RegExp(` ${table} +[\\d\\s]+ ${years} `));
    const { sample: listed } = JSON.parse((await damir("data", "list", "--json", "--home", home)).out) as {
      sample: { tables: { name: string; reference: boolean; years?: unknown }[] };
    };
    expect(listed.tables.filter(({ reference }) => reference).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["postes", "geographie", "nomenclature_prs_nat"]),
    );
    expect(listed.tables.find(({ name }) => name === "meteo")?.years).toEqual({ first: 2024, last: 2025 });

    const manifest = readFileSync(join(sample, "manifest.json"), "utf8");
    const kept = await damir("data", "sample", "--home", home);
    expect(kept).toMatchObject({ code: 0, err: "" });
    expect(kept.out).toMatch(/^L'échantillon est déjà là et complet/);

    const path = readStore(sample)?.manifest.tables["damir"]?.files[0]?.path ?? "";
    truncateSync(join(sample, path), 1000);
    mkdirSync(`${sample}.partial-1`);
    expect((await damir("data", "sample", "--home", home)).out).toMatch(/^Échantillon synthétique prêt/);
    expect(await isIntact(sample)).toBe(true);
    expect(readFileSync(join(sample, "manifest.json"), "utf8")).toBe(manifest);
    expect(readdirSync(home)).toEqual(["sample"]);
  }, 300_000);
});

describe("several runs", () => {
  test("killed at any moment, the store stays valid and the next run finishes the job", async () => {
    const home = folder();
    const store = storeFolder(home);
    await damir("data", "add", "open-damir", monthlyFile(50, "202412"), monthlyFile(50), "--home", home);
    const file = monthlyFile(60_000);
    const begun = performance.now();
    expect((await damir("data", "add", "open-damir", file, "--home", home)).code).toBe(0);
    const duration = performance.now() - begun;
    const kills = 12;
    let killed = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const child = start(["data", "add", "open-damir", file, "--home", home]);
      const timer = setTimeout(() => child.kill("SIGKILL"), (duration * kill) / kills);
      await once(child, "exit");
      clearTimeout(timer);
      if (child.signalCode === "SIGKILL") killed += 1;
      expect(await isIntact(store)).toBe(true);
      expect(readStore(store)?.manifest.tables["damir"]?.files.map((file) => file.rows)).toEqual([
        50, 60_000,
      ]);
    }
    expect(killed).toBeGreaterThan(kills / 2);
    expect((await damir("data", "add", "open-damir", file, "--home", home)).code).toBe(0);
    expect(readdirSync(home)).toEqual(["store"]);
    const tables = Object.keys(readStore(store)?.manifest.tables ?? {});
    expect(tables).toContain("nomenclature_prs_nat");
    expect(readdirSync(store).sort()).toEqual(["manifest.json", ...tables].sort());
    expect(readdirSync(join(store, "damir"))).toHaveLength(2);
  });

  test("interrupted, it leaves nothing behind", async () => {
    const home = folder();
    await damir("data", "add", "open-damir", monthlyFile(50), "--home", home);
    const before = await inventory(home);
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const child = start(["data", "add", "open-damir", monthlyFile(60_000), "--home", home]);
      const outcome = outcomeOf(child);
      child.stderr?.once("data", () => child.kill(signal));
      expect(await outcome).toMatchObject({ code, out: "" });
      expect((await outcome).err).toContain("Interrompu : vos données restent comme elles étaient.");
      expect(await inventory(home)).toEqual(before);
    }
  });

  test("a file refused after another: the first is imported, and said", async () => {
    const home = folder();
    const bad = join(folder(), "A202502.csv");
    const header = `${publishedNames.join(";")};\n`;
    const line = (organism: string) => `202502;${organism}${";0".repeat(54)};\n`;
    // Far enough in the file not to be met by the first look at it.
    writeFileSync(bad, `${header}${line("11").repeat(100_000)}${line("x")}`);
    const { code, err } = await damir("data", "add", "open-damir", monthlyFile(5), bad, "--home", home);
    expect(code).toBe(1);
    expect(err).toMatch(
      /A202502\.csv, ligne 100002, champ ORG_CLE_REG : « x ».* Les fichiers d'avant sont importés : A202501\.csv\.gz \(202501\)\.\n$/,
    );
    expect((await listStore(home)).store.tables?.[0]?.months).toEqual(["202501"]);
  });

  test("two at once: one writes, the other waits for its turn or is told why not", async () => {
    const home = folder();
    const files = [monthlyFile(40_000), monthlyFile(40_000, "202502")];
    const outcomes = await Promise.all(
      files.map((file) => damir("data", "add", "open-damir", file, "--home", home)),
    );
    const done = outcomes.filter(({ code }) => code === 0);
    expect(done.length).toBeGreaterThan(0);
    for (const { code, err } of outcomes) {
      if (code !== 0) expect(err).toMatch(/Un autre import écrit déjà dans ce dossier \(processus \d+\)/);
    }
    expect(await isIntact(storeFolder(home))).toBe(true);
    expect((await listStore(home)).store.tables?.[0]?.rows).toBe(40_000 * done.length);
  });
});
