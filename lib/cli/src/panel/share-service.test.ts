import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { JsonEvent } from "./damir-process.js";
import type { ShareWish } from "./share-protocol.js";
import { publishWords, ShareService } from "./share-service.js";

// The command's build is made by `npm run build`.

const wish: ShareWish = {
  action: "publish",
  notebook: "mes-analyses/ages.ipynb",
  to: "git",
  folder: "",
  repository: "/home/camille/analyses",
  remote: "",
  branch: "",
  bucket: "un-reste",
  endpoint: "",
  region: "",
  path: "sante",
  address: "",
  author: "--yes",
  email: "",
  licence: "Licence Ouverte 2.0",
  draft: false,
  saved: false,
  replace: false,
  card: true,
  demo: true,
  organization: "",
  tags: ["âge", "soins"],
  keepKey: false,
};
const noSecrets = { key: "", accessKey: "", secretKey: "" };

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "damir-share-"));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

test("types the command that a person would, with what belongs to the place chosen alone", () => {
  expect(publishWords(wish, undefined)).toEqual([
    "publish",
    "--to=git",
    "--repository=/home/camille/analyses",
    "--path=sante",
    "--demo",
    "--tag=âge",
    "--tag=soins",
    "--author=--yes",
    "--licence=Licence Ouverte 2.0",
    "--yes",
    "--json",
    "--",
    "mes-analyses/ages.ipynb",
  ]);
});

test("previews into a folder that doesn't stay, without a card", () => {
  const words = publishWords({ ...wish, action: "preview" }, "/tmp/apercu");
  expect(words).toEqual(expect.arrayContaining(["--to=folder", "--folder=/tmp/apercu", "--no-card"]));
  expect(words.join(" ")).not.toMatch(/--repository|--tag|--demo/);
});

test("tells why a notebook that isn't there can't be published, and refuses what can't be a key without repeating it", async () => {
  const service = new ShareService();
  const events: JsonEvent[] = [];
  const gone = { ...wish, author: "", to: "folder" as const, folder: folder(), notebook: "rien.ipynb" };
  const result = await service.share(gone, noSecrets, (event) => events.push(event));
  expect(result).toMatchObject({ ok: false, interrupted: false });
  expect(events.at(-1)).toMatchObject({
    event: "failed",
    message: expect.stringContaining("rien.ipynb") as unknown,
  });
  const refused = service.share(wish, { ...noSecrets, key: "avec une espace" }, () => undefined);
  await expect(refused).rejects.toThrow(/clé/);
  await expect(refused).rejects.not.toThrow(/avec une espace/);
});

test("makes the page of a preview, and puts nothing anywhere", async () => {
  const home = folder();
  const notebook = join(home, "ages.ipynb");
  const content = {
    cells: [
      {
        id: "texte",
        cell_type: "markdown",
        metadata: {},
        source:
          "# Une somme\n\n**Question** : combien font deux et deux ?\n\nLa méthode additionne deux et deux, puis montre ce qui en vient.",
      },
      { id: "code", cell_type: "code", metadata: {}, source: "2 + 2", execution_count: null, outputs: [] },
    ],
    metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(notebook, JSON.stringify(content));
  const before = readFileSync(notebook, "utf8");
  const preview = { ...wish, action: "preview" as const, author: "Camille Martin", notebook, draft: true };
  const events: JsonEvent[] = [];
  const result = await new ShareService().share(preview, noSecrets, (event) => events.push(event));
  expect(result.message).toBe("");
  expect(result.html).toContain("Une somme");
  expect(readFileSync(notebook, "utf8")).toBe(before);
  const hosted = events.find(({ event }) => event === "hosted");
  expect(existsSync(new URL(String(hosted?.["address"])))).toBe(false);
});
