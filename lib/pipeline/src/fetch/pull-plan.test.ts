import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "damir";
import { expect, test } from "vitest";
import { bytesToFetch, diskNeeded, type PullPlan } from "./pull-plan.js";
import { publishedMonth, pullSetting } from "./pull.fixture.js";
import { pull } from "./pull.js";

test("the disk that a pull needs is counted before, and refused where it isn't there", async () => {
  const { sites, home, plan, start } = await pullSetting();
  sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
  const planned = await plan({ "open-damir": ["2024-01"] });
  expect(bytesToFetch(planned)).toBe(sites.files.get("cnam/A202401.csv.gz")?.bytes.length);
  const [file] = planned.files;
  if (!file) throw new Error("no file planned");
  const real: PullPlan = {
    files: Array.from({ length: 12 }, () => ({ ...file, bytes: 950e6 })),
    missing: [],
  };
  // 12 originals of 0.95 GB, 12 months of 0.5 GB, and 6 GB of text × 1.6 for the import under way.
  expect(diskNeeded(real, 2, () => true)).toBe(12 * 950e6 + 12 * 500e6 + 6e9 * 1.6);
  expect(diskNeeded(real, 2, () => false)).toBeLessThan(diskNeeded(real, 2, () => true));
  const huge: PullPlan = { files: [{ ...file, bytes: 1e15 }], missing: [] };
  const { own, client } = start({});
  await expect(pull(huge, home, { jobs: 1, force: false }, client, own)).rejects.toThrow(UserError);
  await expect(pull(huge, home, { jobs: 1, force: false }, client, own)).rejects.toThrow(
    /Il faut environ .* To libres/,
  );
  expect(existsSync(join(home, "store"))).toBe(false);
});
