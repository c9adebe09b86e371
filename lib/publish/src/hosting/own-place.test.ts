import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { folderHost } from "./folder-host.js";
import { april, emptyFolder, hostedPage, march, nextPage } from "./hosted-page.fixture.js";
import type { Host, HostedPage } from "./published-page.js";

const address = "https://exemple.fr/analyses/";
let folder: string;
let host: Host;
const text = (path: string) => readFileSync(join(folder, path), "utf8");
const inventory = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => [
      path,
      path.includes(".") && !path.endsWith("01") ? readFileSync(join(folder, path)).toString("base64") : "",
    ]);

beforeEach(() => {
  folder = emptyFolder();
  host = folderHost({ folder, address });
});

/** Both looking and publishing refuse, and the site stays as it was. */
async function refused(page: HostedPage, message: RegExp): Promise<void> {
  const before = inventory();
  await expect(host.find(page)).rejects.toThrow(message);
  await expect(host.publish(page, april)).rejects.toThrow(message);
  expect(inventory()).toEqual(before);
}

function unsigned(page: HostedPage): HostedPage {
  const copy = { ...page };
  delete copy.author;
  return copy;
}

describe("a name that another analysis has", () => {
  test("another author's page isn't replaced, until its follower says so; then its versions stay", async () => {
    await host.publish(hostedPage, march);
    const theirs = { ...nextPage, author: "Dominique" };
    await refused(theirs, /de Camille Martin, et vous signez Dominique[^]*--slug NOM[^]*--replace/);
    await refused(unsigned(nextPage), /vous signez sans nom/);
    await host.publish(theirs, april, { replace: true });
    expect(text("depassements/index.html")).toBe(theirs.html);
    expect(text("depassements/2026-03-01/index.html")).toBe(hostedPage.html);
    await refused(nextPage, /de Dominique, et vous signez Camille Martin/);
  });

  test("the same notebook goes on, whoever signs it now; its fork and another fork don't", async () => {
    await host.publish({ ...hostedPage, forks: ["f1"] }, march);
    await host.publish({ ...nextPage, author: "Camille et Dominique", forks: ["f1"] }, april);
    await refused(
      { ...nextPage, version: "3", forks: ["f2", "f1"], author: "Dominique" },
      /vous signez Dominique/,
    );
    const again = { ...nextPage, author: "Camille et Dominique", version: "3" };
    await refused({ ...again, forks: ["f3"] }, /depuis un autre fork que celui-ci/);
    await host.publish({ ...again, forks: ["f2", "f1"] }, april);
    expect(text("depassements/analyse.json")).toContain('"fork": "f2"');
  });

  test("an author is the same however its name is cased; a page without a name goes to who signs it", async () => {
    await host.publish({ ...unsigned(hostedPage), draft: true }, march);
    await host.publish({ ...nextPage, author: "Camille Martin" }, april);
    await host.publish({ ...nextPage, version: "3", author: " camille martin" }, april);
    expect(text("depassements/analyse.json")).toContain('"version": "3"');
  });
});

describe("what was changed by hand on the site", () => {
  test.each(["depassements/index.html", "depassements/image.png"])("%s isn't lost", async (path) => {
    await host.publish(hostedPage, march);
    writeFileSync(join(folder, path), "corrigé à la main");
    await refused(
      nextPage,
      new RegExp(`changée à la main[^]*\\(${path.replace(".", "\\.")}\\)[^]*--replace`),
    );
    await host.publish({ ...nextPage, image: Buffer.from("autre image") }, april, { replace: true });
    expect(text(path)).not.toContain("à la main");
  });

  test("the list, changed, isn't lost; each publication leaves one that counts as ours", async () => {
    await host.publish(hostedPage, march);
    await host.publish(nextPage, april);
    const list = text("index.html");
    writeFileSync(join(folder, "index.html"), list.replace("<h1>", "<h1>Équipe 5 : "));
    await refused({ ...nextPage, slug: "autre" }, /La liste des analyses du site[^]*changée à la main/);
    await host.publish({ ...nextPage, slug: "autre" }, april, { replace: true });
    expect(text("index.html")).not.toContain("Équipe 5");
    await host.find({ slug: "encore" });
  });

  test("a page that was removed by hand is put back", async () => {
    await host.publish(hostedPage, march);
    rmSync(join(folder, "depassements/index.html"));
    await host.publish(hostedPage, april);
    expect(text("depassements/index.html")).toBe(hostedPage.html);
  });
});

describe("a draft", () => {
  test("is listed as one, isn't in the feed, and its versions go from the list once it is published", async () => {
    await host.publish({ ...hostedPage, draft: true }, march);
    expect(text("index.html")).toContain("Brouillon : à ne pas citer");
    expect(text("feed.xml")).not.toContain("<entry>");
    await host.publish(nextPage, april);
    expect(text("index.html")).not.toContain("Brouillon");
    expect(text("index.html")).not.toContain("2026-03-01/");
    expect(text("feed.xml")).toContain("<entry>");
    expect(text("feed.xml")).not.toContain("2026-03-01T");
  });

  test("doesn't take the place of a published page", async () => {
    await host.publish(hostedPage, march);
    await refused(
      { ...nextPage, draft: true },
      /un brouillon prendrait sa place[^]*--slug depassements-brouillon/,
    );
  });
});

test("an analysis without a drawing has no image, and its list neither", async () => {
  const words = { ...hostedPage };
  delete words.image;
  await host.publish(words, march);
  expect(existsSync(join(folder, "depassements/image.png"))).toBe(false);
  expect(text("index.html")).not.toContain("<img");
});

test("what a killed publication left goes with the next, and nothing else", async () => {
  const left = [
    "index.html.0123456789ab.part",
    "depassements/analyse.json.0123456789ab.part",
    "depassements/2026-03-01/index.html.fedcba987654.part",
  ];
  const theirs = ["film.part", "depassements/index.html.part", "depassements/notes.0123456789ab.part"];
  mkdirSync(join(folder, "depassements/2026-03-01"), { recursive: true });
  for (const path of [...left, ...theirs]) writeFileSync(join(folder, path), "à moitié");
  // Its lock too: that process is gone.
  writeFileSync(join(folder, ".publication.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  await host.publish(hostedPage, march);
  for (const path of left) expect(existsSync(join(folder, path)), path).toBe(false);
  for (const path of theirs) expect(existsSync(join(folder, path)), path).toBe(true);
  expect(existsSync(join(folder, ".publication.lock"))).toBe(false);
});
