import { expect, test } from "vitest";
import { forksOf, nextVersion, slugOf } from "./page-identity.js";

test.each([
  ["mes-analyses/02-depassements.ipynb", "02-depassements"],
  ["Dépassements d'honoraires (été).ipynb", "depassements-d-honoraires-ete"],
  ["/lab/notebooks/14-meteo-recours/notebook.ipynb", "14-meteo-recours"],
  ["Notebook.IPYNB", "notebook"],
  [`${"très-".repeat(30)}long.ipynb`, "tres-".repeat(20).slice(0, 99)],
  ["???.ipynb", ""],
])("the page of %s is named %j", (path, slug) => {
  expect(slugOf(path)).toBe(slug);
});

test("a fork has its own identifier and those of its ancestors, the nearest first, that tell nothing of them", () => {
  const fork = (date: string) => ({ starter: "02", notebook: "a/b.ipynb", sha256: "ab", date });
  const ids = (forkedFrom: unknown) => forksOf({ metadata: { damir: { forkedFrom } } });
  const [first] = ids({ ...fork("2026-01-01"), chain: [] });
  const [second] = ids({ ...fork("2026-02-01"), chain: [fork("2026-01-01")] });
  const third = ids({ ...fork("2026-03-01"), chain: [fork("2026-01-01"), fork("2026-02-01")] });
  expect(third.slice(1)).toEqual([second, first]);
  expect(new Set(third).size).toBe(3);
  expect(third.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect([ids(undefined), ids("x"), ids({ date: 3 })]).toEqual([[], [], []]);
});

test("versions of a day are numbered", () => {
  expect(nextVersion("2026-03-01", [])).toBe("2026-03-01");
  expect(nextVersion("2026-03-01", ["2026-02-01", "2026-03-01"])).toBe("2026-03-01-2");
  expect(nextVersion("2026-03-01", ["2026-03-01-2", "2026-03-01"])).toBe("2026-03-01-3");
});
