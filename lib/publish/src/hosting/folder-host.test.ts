import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { folderHost } from "./folder-host.js";
import { april, emptyFolder, hostedPage, march, nextPage } from "./hosted-page.fixture.js";

const address = "https://exemple.fr/analyses/";

test("a page is at its stable address and at that of its version, in the list and in the feed", async () => {
  const folder = emptyFolder();
  const host = folderHost({ folder, address });
  const outcome = await host.publish(hostedPage, march);
  expect(outcome).toEqual({
    address: "https://exemple.fr/analyses/depassements/",
    versionAddress: "https://exemple.fr/analyses/depassements/2026-03-01/",
    siteAddress: address,
    feedAddress: "https://exemple.fr/analyses/feed.xml",
    changed: true,
  });
  expect(host.addressOf("depassements")).toBe(outcome.address);
  const text = (path: string) => readFileSync(join(folder, path), "utf8");
  expect(text("depassements/index.html")).toBe(hostedPage.html);
  expect(text("depassements/2026-03-01/index.html")).toBe(hostedPage.html);
  expect(readFileSync(join(folder, "depassements/image.png"))).toEqual(hostedPage.image);
  expect(text("index.html")).toContain(
    '<a href="depassements/">Dépassements d\'honoraires &lt;par région&gt; &amp; spécialité</a>',
  );
  expect(text("index.html")).toContain("La question : où dépasse-t-on le plus ? Voir la méthode.");
  expect(readdirSync(folder).sort()).toEqual(["depassements", "feed.xml", "index.html"]);
});

test("the next version takes the stable address, and the earlier one stays where it was", async () => {
  const folder = emptyFolder();
  const host = folderHost({ folder, address });
  await host.publish(hostedPage, march);
  await host.publish(nextPage, april);
  await host.publish({ ...hostedPage, slug: "autre", title: "Une autre" }, march);
  expect(readFileSync(join(folder, "depassements/index.html"), "utf8")).toBe(nextPage.html);
  expect(readFileSync(join(folder, "depassements/2026-03-01/index.html"), "utf8")).toBe(hostedPage.html);
  const index = readFileSync(join(folder, "index.html"), "utf8");
  expect(index).toContain('<a href="depassements/2026-03-01/">2026-03-01</a>');
  expect(index.indexOf("Dépassements, avril")).toBeLessThan(index.indexOf("Une autre"));
});

test("the feed is Atom: absolute addresses, dates and an author for each entry", async () => {
  const folder = emptyFolder();
  const host = folderHost({ folder, address });
  await host.publish(hostedPage, march);
  await host.publish({ ...nextPage, slug: "autre" }, april);
  const seen: Record<string, string[]> = {};
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("opentag", ({ local, uri, attributes }) => {
    expect(uri).toBe("http://www.w3.org/2005/Atom");
    open.push(local);
    if (local === "link") (seen["href"] ??= []).push(attributes["href"]?.value ?? "");
  });
  const keep = (text: string) => {
    if (text.trim() !== "") (seen[open.slice(1).join("/")] ??= []).push(text);
  };
  parser.on("text", keep);
  parser.on("cdata", keep);
  parser.on("closetag", () => void open.pop());
  parser.write(readFileSync(join(folder, "feed.xml"), "utf8")).close();
  expect(seen).toMatchObject({
    id: [address],
    updated: [april.toISOString()],
    "entry/id": [`${address}autre/`, `${address}depassements/`],
    "entry/title": ["Dépassements, avril", hostedPage.title],
    "entry/updated": [april.toISOString(), march.toISOString()],
    "entry/author/name": ["Camille Martin", "Camille Martin"],
  });
  expect(seen["href"]?.every((link) => link.startsWith(address))).toBe(true);
});

test("the same page again changes nothing; the same version with another content is refused", async () => {
  const folder = emptyFolder();
  const host = folderHost({ folder, address });
  await host.publish(hostedPage, march);
  const before = readFileSync(join(folder, "feed.xml"), "utf8");
  expect(await host.publish(hostedPage, april)).toMatchObject({ changed: false });
  expect(readFileSync(join(folder, "feed.xml"), "utf8")).toBe(before);
  await expect(host.publish({ ...hostedPage, html: "<p>autre</p>" }, april)).rejects.toThrow(
    /version 2026-03-01[^]*autre contenu/,
  );
  expect(readFileSync(join(folder, "depassements/2026-03-01/index.html"), "utf8")).toBe(hostedPage.html);
});

const written = [
  "depassements/2026-03-01/image.png",
  "depassements/2026-03-01/index.html",
  "depassements/analyse.json",
  "depassements/image.png",
  "depassements/index.html",
  "feed.xml",
  "index.html",
];
test.each(written.map((path, index) => [path, index] as const))(
  "stopped before %s is written, nothing shown is half a page, and the next run mends it",
  async (_, index) => {
    const whole = emptyFolder();
    await folderHost({ folder: whole, address }).publish(hostedPage, march);
    const folder = emptyFolder();
    await folderHost({ folder, address }).publish(hostedPage, march);
    for (const path of written.slice(index)) rmSync(join(folder, path));
    await folderHost({ folder, address }).publish(hostedPage, march);
    for (const path of written) {
      expect(readFileSync(join(folder, path)), path).toEqual(readFileSync(join(whole, path)));
    }
  },
);

test("without an address, links are those of the files", async () => {
  const folder = emptyFolder();
  const outcome = await folderHost({ folder, path: "mes/analyses" }).publish(hostedPage, march);
  expect(outcome.address).toBe(pathToFileURL(join(folder, "mes/analyses/depassements/index.html")).href);
  expect(existsSync(new URL(outcome.versionAddress))).toBe(true);
});

test("a site of somebody else's is not written over", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "index.html"), "<h1>Le site de l'équipe</h1>");
  await expect(folderHost({ folder, address }).publish(hostedPage, march)).rejects.toThrow(
    /page d'accueil qui ne vient pas de l'atelier.*--path analyses/,
  );
  expect(readdirSync(folder)).toEqual(["index.html"]);
  const outcome = await folderHost({ folder, address, path: "analyses" }).publish(hostedPage, march);
  expect(outcome.address).toBe("https://exemple.fr/analyses/analyses/depassements/");
  mkdirSync(join(folder, "analyses/autre"));
  writeFileSync(join(folder, "analyses/autre/index.html"), "la leur");
  await expect(
    folderHost({ folder, address, path: "analyses" }).publish({ ...hostedPage, slug: "autre" }, march),
  ).rejects.toThrow("déjà une page « autre » qui ne vient pas de l'atelier");
});

test.each([
  ["../ailleurs", "1"],
  ["Été", "1"],
  ["", "1"],
  ["page", "../1"],
  ["page", "a/b"],
  ["page", ""],
])("the names %j and %j, that would lead elsewhere, are refused", async (slug, version) => {
  const folder = emptyFolder();
  const host = folderHost({ folder, address });
  await expect(host.publish({ ...hostedPage, slug, version }, march)).rejects.toThrow(
    "ne peut pas être le nom",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["pas une adresse", "ftp://exemple.fr", "https://nom:secret@exemple.fr"])(
  "%s is no site's address",
  (wrong) => {
    expect(() => folderHost({ folder: "/nowhere", address: wrong })).toThrow(
      "L'adresse du site ne se lit pas",
    );
  },
);

test.skipIf(process.getuid?.() === 0)("a folder where one can't write is said in French", async () => {
  const folder = emptyFolder();
  chmodSync(folder, 0o500);
  await expect(folderHost({ folder, address }).publish(hostedPage, march)).rejects.toThrow(
    "vous n'avez pas le droit d'y écrire",
  );
});

test("a file where the folder should be is said in French", async () => {
  const folder = join(emptyFolder(), "fichier");
  writeFileSync(folder, "");
  await expect(folderHost({ folder, address }).publish(hostedPage, march)).rejects.toThrow(
    "un fichier est là où il faudrait un dossier",
  );
});
