import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { TestKernel } from "../kernel/src/testing/test-kernel.js";
import { home } from "../scripts/setup.mjs";

const mebibyte = 1024 ** 2;

/** A group of processes that may have no more memory than that, as a container has; undefined where none can be made. */
function memoryGroup(bytes: number): string | undefined {
  const [v1, v2] = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"];
  const [parent, file] = existsSync(join(v1, "memory.limit_in_bytes"))
    ? [v1, "memory.limit_in_bytes"]
    : [v2, "memory.max"];
  const group = join(parent, `atelier-essai-${process.pid}`);
  try {
    mkdirSync(group);
    writeFileSync(join(group, file), String(bytes));
    return group;
  } catch {
    if (existsSync(group)) rmdirSync(group);
    return undefined;
  }
}

/** A disk of that size, mounted for the time of the test; undefined where none can be. */
function disk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "damir-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A notebook on the sample, in a machine of its own size. */
async function notebook(group: string | undefined, env: Record<string, string> = {}): Promise<TestKernel> {
  const kernel = await TestKernel.start({ env: { DAMIR_HOME: home, ...env } });
  onTestFinished(async () => {
    await kernel.stop();
    if (group !== undefined) rmdirSync(group);
  });
  const enter =
    group === undefined
      ? ""
      : `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(join(group, "cgroup.procs"))}, String(process.pid));`;
  const opened = await kernel.execute(
    `${enter}\nimport { connect } from "damir";\nconst damir = await connect();`,
  );
  expect(opened.reply, opened.stderr).toMatchObject({ status: "ok" });
  return kernel;
}

const ask = (text: string) => `(await damir.sql\`${text}\`.result()).rows[0].n`;

const count = ask("SELECT count(*) > 0 AS n FROM damir");

/** Twenty million groups: several times the memory that they may have. */
const manyGroups = ask(
  "SELECT count(*) AS n FROM (SELECT i % 20000000 AS k, sum(i) AS s, max(i) AS m FROM range(25000000) AS t(i) GROUP BY 1)",
);

/** One value of all rows, which no disk holds in their place. */
const hugeList = ask("SELECT len(list(i || ' et plus')) AS n FROM range(200000000) AS t(i)");

it("in a machine with 1 GB, a heavy query overflows to the disk, one that can't says what to do, and the notebook goes on", async ({
  skip,
}) => {
  const group = memoryGroup(1024 * mebibyte);
  if (group === undefined) {
    skip("no group of processes can be given a limit here");
    return;
  }
  const kernel = await notebook(group);
  const limit = await kernel.execute(ask("SELECT current_setting('memory_limit') AS n"));
  expect(limit.result).toMatch(/40\d\.\d MiB/);
  expect((await kernel.execute(manyGroups)).result).toBe("20000000");
  const failed = await kernel.execute(hugeList);
  expect(failed.reply).toMatchObject({ status: "error" });
  expect(JSON.stringify(failed.published.map(({ content }) => content))).toMatch(
    /demande plus de mémoire que ce que cette connexion peut en prendre. Agrégez davantage/,
  );
  expect((await kernel.execute(count)).result).toBe("true");
});

it("where the disk is too small for what overflows, a query says so, and the notebook goes on", async ({
  skip,
}) => {
  const folder = disk(64);
  if (folder === undefined) {
    skip("no disk can be mounted here");
    return;
  }
  const kernel = await notebook(undefined, { TMPDIR: folder });
  const small = await kernel.execute('const petit = await connect({ memory: "100MB" });');
  expect(small.reply, small.stderr).toMatchObject({ status: "ok" });
  const failed = await kernel.execute(manyGroups.replace("damir.sql", "petit.sql"));
  expect(failed.reply).toMatchObject({ status: "error" });
  expect(JSON.stringify(failed.published.map(({ content }) => content))).toMatch(
    /le disque où elle déborde .* n'a plus assez de place. Libérez-en/,
  );
  expect((await kernel.execute(count.replace("damir.sql", "petit.sql"))).result).toBe("true");
});
