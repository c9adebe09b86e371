import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishedFile, publishedRows, realLines } from "../lib/pipeline/src/open-damir.fixture.js";
import { executed, joined, type Notebook } from "../scripts/notebook-run.mjs";
import { home, root } from "../scripts/setup.mjs";
import { starters } from "../scripts/starters.mjs";
import { findings } from "./starter-findings.js";
import { checkMarks, checkPromises, faults, only } from "./starter-outputs.js";

const all = starters();

async function run(slug: string, env: NodeJS.ProcessEnv): Promise<Notebook> {
  const starter = all.find((other) => other.slug === slug);
  if (!starter) throw new Error(`no starter is called ${slug}`);
  return JSON.parse(await executed(starter.notebook, "notebook", env)) as Notebook;
}

const onSample = new Map<string, Promise<Notebook>>();

/** A starter run on the sample, once. */
function sampled(slug: string): Promise<Notebook> {
  const known = onSample.get(slug) ?? run(slug, { DAMIR_HOME: home });
  onSample.set(slug, known);
  return known;
}

/** A home with the sample and the months that the command imports into it. */
function homeWith(file: string): string {
  const imported = mkdtempSync(join(tmpdir(), "damir-imported-"));
  symlinkSync(join(home, "sample"), join(imported, "sample"));
  const command = join(root, "lib", "cli", "bin", "damir.js");
  execFileSync(process.execPath, [command, "data", "add", "open-damir", file, "--home", imported], {
    stdio: "pipe",
  });
  return imported;
}

describe.each(all)("$slug", ({ slug }) => {
  it("runs on the sample without a fault, keeps its promises, and marks all it shows as synthetic", async () => {
    const notebook = await sampled(slug);
    expect(faults(notebook)).toEqual([]);
    checkPromises(notebook);
    checkMarks(notebook);
  });

  it("finds in the sample what was planted there", async () => {
    const finding = findings[slug];
    if (finding === undefined) throw new Error(`no finding is stated for ${slug}`);
    finding(await sampled(slug));
  });
});

describe.each(["00-premiers-pas", "01-densite-medicale"])("%s", (slug) => {
  it("runs unchanged on an imported month", async () => {
    const folder = mkdtempSync(join(tmpdir(), "published-"));
    const file = join(folder, "A202501.csv");
    writeFileSync(file, publishedFile(publishedRows(2000)));
    checkPromises(await run(slug, { DAMIR_HOME: homeWith(file) }));
  });

  it.skipIf(!existsSync(realLines))("runs unchanged on real published lines", async () => {
    checkPromises(await run(slug, { DAMIR_HOME: homeWith(realLines) }));
  });
});

it("cites the publisher, without the synthetic mark, once real lines are there", async (context) => {
  context.skip(!existsSync(realLines), `no real lines on this machine: ${realLines}`);
  const notebook = await run("00-premiers-pas", { DAMIR_HOME: homeWith(realLines) });
  const shown = joined(only(notebook, "prestations").data?.["text/plain"]);
  expect(shown).toContain("Source : Open DAMIR");
  expect(shown).not.toContain("SYNTHÉTIQUES");
  expect(joined(only(notebook, "carte").data?.["text/plain"])).toContain(
    "SYNTHÉTIQUES, à ne pas publier : population",
  );
});
