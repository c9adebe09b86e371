import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { damirHome, readStore, storeFolder } from "damir";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { publishedMonth } from "../../../pipeline/src/fetch/pull.fixture.js";
import { answering, PublishedSites } from "../../../pipeline/src/fetch/published-sites.fixture.js";
import { PanelService } from "./panel-service.js";
import type { PullEvent } from "./protocol.js";

// The command's build is made by `npm run build`.

afterEach(() => {
  vi.unstubAllEnvs();
});

async function setting(): Promise<{ sites: PublishedSites; home: string; service: PanelService }> {
  const sites = await PublishedSites.open();
  vi.stubEnv("DAMIR_MIRROR", sites.address);
  const home = mkdtempSync(join(tmpdir(), "damir-panel-"));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  return { sites, home, service: new PanelService(home) };
}

test("finds entries without accents, and tells what they are", async () => {
  const service = new PanelService(damirHome());
  const found = await service.answer("search", { text: "DEPASSEMENT d'honoraires" });
  expect(found.map(({ nom }) => nom)).toContain("dep_mon");
  const codes = await service.answer("search", { text: "paris", kind: "code" });
  expect(codes).toContainEqual(expect.objectContaining({ nom: "75", utilisation: "departement = '75'" }));
  expect((await service.answer("describe", { name: "damir.prs_nat", code: "1110" })).title).toMatch(
    /^prs_nat = 1110 : /,
  );
  await expect(service.answer("describe", { name: "prs_nta" })).rejects.toThrow(/prs_nat/);
});

test("announces a download, does it, and then sees what it brought", async () => {
  const { sites, home, service } = await setting();
  sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
  const wish = { dataset: "open-damir", periods: ["2024-01..2024-02"] };
  const plan = await service.answer("plan", wish);
  expect(plan.files.map(({ name, state }) => [name, state])).toEqual([["A202401.csv.gz", "fetch"]]);
  expect(plan.missing).toEqual(["open-damir 2024-02"]);
  expect(plan.disk).toBeGreaterThan(plan.bytes);
  expect(readStore(storeFolder(home))).toBeUndefined();

  const events: PullEvent[] = [];
  const result = await service.answer("pull", wish, (event) => events.push(event));
  expect(result).toEqual({ cancelled: false, imported: 1, message: "", complete: true });
  expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(["progress", "imported"]));
  const { tables, bytes } = await service.answer("state", {});
  expect(tables.find(({ name }) => name === "damir")).toMatchObject({
    synthetic: false,
    rows: 40,
    months: ["202401"],
  });
  expect(bytes).toBeGreaterThan(0);
  const [found] = await service.answer("search", { text: "damir", kind: "table" });
  expect(found).toMatchObject({ nom: "damir" });
});

test("says in French why a download can't be, or failed", async () => {
  const { sites, home, service } = await setting();
  await expect(service.answer("plan", { dataset: "open-damir", periods: ["2024-1x"] })).rejects.toThrow(
    "« 2024-1x » n'est pas une période",
  );
  sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
  sites.faults.push(answering(403), answering(403), answering(403));
  const result = await service.answer("pull", { dataset: "open-damir", periods: ["2024-01"] });
  expect(result).toMatchObject({ complete: false, cancelled: false, imported: 0 });
  expect(result.message).toContain("A202401.csv.gz");
  expect(readStore(storeFolder(home))).toBeUndefined();
});

test("cancels a download, refuses a second one meanwhile, and takes it up again", async () => {
  const { sites, service } = await setting();
  sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401", 5_000));
  const begun = new Promise<void>((resolve) => {
    sites.faults.push((_, response, { bytes, etag = "" }) => {
      response.writeHead(200, { "content-length": bytes.length, etag });
      response.write(bytes.subarray(0, 20_000));
      resolve();
      return true;
    });
  });
  const wish = { dataset: "open-damir", periods: ["2024-01"] };
  const pulled = service.answer("pull", wish);
  await begun;
  await expect(service.answer("pull", wish)).rejects.toThrow("déjà en cours");
  const followed = async () => {
    const { download } = await service.answer("state", {});
    return [download?.dataset, download?.files.some(({ name }) => name.includes("A202401.csv.gz"))];
  };
  await expect.poll(followed, { timeout: 20_000 }).toEqual(["open-damir", true]);
  await service.answer("cancel", {});
  const result = await pulled;
  expect(result).toMatchObject({ cancelled: true, complete: false });
  expect(result.message).toContain("Interrompu : vos données restent comme elles étaient");
  const { download, ended } = await service.answer("state", {});
  expect(download).toBeUndefined();
  expect(ended).toEqual(result);
  expect(await service.answer("pull", wish)).toMatchObject({ complete: true, imported: 1 });
});
