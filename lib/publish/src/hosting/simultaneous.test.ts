import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderHost } from "./folder-host.js";
import { emptyFolder, hostedPage, march } from "./hosted-page.fixture.js";
import type { HostedPage } from "./published-page.js";
import { oneAtATime, s3Keys, s3Service } from "./s3-service.fixture.js";
import { s3Host } from "./s3-host.js";

const pages = (count: number, same: boolean): HostedPage[] =>
  Array.from({ length: count }, (_, n) => ({
    ...hostedPage,
    slug: same ? "commune" : `page-${n}`,
    version: `v${n}`,
    html: `<p>${n}</p>`,
  }));

interface Record {
  versions: { version: string; sha256: string }[];
}

test("publications at the same moment in a folder are all in its list, and no version is lost", async () => {
  const folder = emptyFolder();
  const publish = (page: HostedPage) => folderHost({ folder }).publish(page, march);
  await Promise.all([...pages(6, false), ...pages(4, true)].map(publish));
  const text = (path: string) => readFileSync(join(folder, path), "utf8");
  expect(text("index.html").match(/<article>/g)).toHaveLength(7);
  const { versions } = JSON.parse(text("commune/analyse.json")) as Record;
  expect(versions.map(({ version }) => version).sort()).toEqual(["v0", "v1", "v2", "v3"]);
  expect(text("commune/index.html")).toBe(text(`commune/${versions[0]?.version ?? ""}/index.html`));
});

test.each([
  ["that knows of conditions", true, 3],
  ["that ignores them", false, 0],
])("publications at the same moment on a service %s are all in its list", async (_, knows, versionsKept) => {
  const endpoint = await oneAtATime(await s3Service(), knows);
  const publish = (page: HostedPage) =>
    s3Host({ bucket: "diffusion", endpoint }, s3Keys).publish(page, march);
  await Promise.all([...pages(5, false), ...pages(versionsKept, true)].map(publish));
  const text = async (path: string) => (await fetch(`${endpoint}/diffusion/${path}`)).text();
  for (const path of ["index.html", "feed.xml"]) {
    const list = await text(path);
    for (const { slug } of pages(5, false)) expect(list, path).toContain(`${slug}/index.html`);
  }
  if (versionsKept === 0) return;
  const { versions } = JSON.parse(await text("commune/analyse.json")) as Record;
  expect(versions.map(({ version }) => version).sort()).toEqual(["v0", "v1", "v2"]);
  expect(await text("commune/index.html")).toBe(
    await text(`commune/${versions[0]?.version ?? ""}/index.html`),
  );
});
