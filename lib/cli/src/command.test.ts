import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runDamir } from "./command.js";
import { Progress, type TerminalEffects } from "./terminal.js";

function recorder(live = false): TerminalEffects & { text: string[] } {
  const text: string[] = [];
  const write = (piece: string) => void text.push(piece);
  return { text, out: write, err: write, live, env: {}, now: () => new Date(0) };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "damir-cli-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

test("an error of the program shows its stack and asks to report it", async () => {
  const effects = recorder();
  const broken = () => {
    throw new TypeError("broken pipe dream");
  };
  const home = folder();
  expect(await runDamir(["data", "list", "--home", home], { ...effects, out: broken })).toBe(1);
  expect(effects.text.join("")).toMatch(/TypeError: broken pipe dream\n\s+at [\s\S]*merci de la signaler/);
});

test("DAMIR_HOME is where the data are, unless --home says otherwise", async () => {
  const effects = recorder();
  const env = { DAMIR_HOME: folder() };
  await runDamir(["data", "list"], { ...effects, env });
  expect(effects.text.join("")).toContain(`(${env.DAMIR_HOME}/store)`);
  await runDamir(["data", "list", "--home", "/tmp/elsewhere"], { ...effects, env });
  expect(effects.text.at(-1)).toContain("(/tmp/elsewhere/store)");
});

test("progress is one line written over on a terminal, and leaves no trace", () => {
  const effects = recorder(true);
  const progress = new Progress(effects);
  for (const done of [1, 1.5, 50, 100]) progress.progress("Lecture", done, 100);
  progress.report("Fini");
  const wipe = "\r\u001b[K";
  expect(effects.text).toEqual([
    `${wipe}Lecture : 1 %`,
    `${wipe}Lecture : 50 %`,
    `${wipe}Lecture : 100 %`,
    wipe,
    "Fini\n",
  ]);
});

test("progress of several steps never takes a second row, that couldn't be written over", () => {
  const effects = { ...recorder(true), columns: () => 40 };
  const progress = new Progress(effects);
  progress.progress("Téléchargement de 12 fichiers", 1, 100);
  progress.progress("Lecture de A202401.csv.gz", 1, 100);
  const [, both = ""] = effects.text;
  expect(both.replace("\r\u001b[K", "")).toBe("Téléchargement de 12 fichiers : 1 % · …");
  expect(both.replace("\r\u001b[K", "")).toHaveLength(39);
});

test("progress is a line every fifth of the way elsewhere", () => {
  const effects = recorder();
  const progress = new Progress(effects);
  for (let done = 0; done <= 1000; done++) progress.progress("Lecture", done, 1000);
  expect(effects.text).toEqual([20, 40, 60, 80, 100].map((percent) => `Lecture : ${percent} %\n`));
});
