import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultTeamLimits, loadServer, setUpTeam, silentEffects } from "@atelier-damir/pipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../kernel/src/testing/test-kernel.js";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { writeStore } from "../lib/pipeline/src/server/served-store.fixture.js";

const count = "(await damir.sql`SELECT count(*) AS n FROM damir`).rows[0].n";

describe.skipIf(noPostgres)(`a notebook whose server fails${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;
  let kernel: TestKernel;
  let password: string;

  beforeAll(async () => {
    cluster = await startCluster();
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
    await loadServer(home, cluster.url(), {}, silentEffects);
    const team = await setUpTeam(cluster.url(), "urgences", {
      ...defaultTeamLimits,
      seconds: 20,
      disk: 1,
      memory: 1,
    });
    password = team.password ?? expect.fail("no password");
    kernel = await TestKernel.start({ directory: home, env: { DAMIR_URL: team.address, DAMIR_HOME: home } });
    const first = await kernel.execute('import { connect } from "damir";\nconst damir = await connect();');
    expect(first.reply, first.stderr).toMatchObject({ status: "ok" });
  });
  afterAll(async () => {
    await kernel.stop();
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** What a failed cell shows. */
  async function failure(cell: string): Promise<string> {
    const { reply, published } = await kernel.execute(cell);
    expect(reply).toMatchObject({ status: "error" });
    const shown = JSON.stringify(published.map(({ content }) => content));
    expect(shown).not.toContain(password);
    return shown;
  }

  it("answers, says what is wrong when the server is killed under a query, and answers again when it is back: the same kernel, the same connection", async () => {
    expect((await kernel.execute(count)).result).toBe("800");
    const slow = failure("await damir.sql`SELECT pg_sleep(15) AS s, 'longue' AS nom`.result()");
    const running = () =>
      cluster.withOwner(
        async (owner) =>
          (
            await owner.query(
              "SELECT FROM pg_stat_activity WHERE query LIKE '%longue%' AND usename = 'equipe_urgences'",
            )
          ).rowCount === 1,
      );
    while (!(await running()));
    await cluster.kill();
    expect(await slow).toMatch(/a été perdue pendant la requête. Relancez la cellule : elle s'y reconnecte/);
    expect(await failure(count)).toMatch(/Aucun PostgreSQL n'y répond|a été perdue/);
    expect((await kernel.execute("6 * 7")).result).toBe("42");
    await cluster.start();
    expect((await kernel.execute(count)).result).toBe("800");
  });

  it.each([
    ["DELETE FROM regions", /lecture seule|s'y lisent seulement/],
    ["SELECT * FROM pg_authid", /s'y lisent seulement/],
    ["COPY damir TO PROGRAM 'cat'", /lecture seule|s'y lisent seulement/],
    ["SELECT pg_read_file('/etc/passwd')", /s'y lisent seulement/],
    [
      "SELECT max(n) AS n FROM (SELECT n FROM generate_series(1, 300000) AS s(n) ORDER BY n % 7 OFFSET 1) AS t",
      /dépassé le disque/,
    ],
  ])("says in French why not: %s", async (text, message) => {
    expect(await failure(`await damir.sql\`${text}\`.result()`)).toMatch(message);
    expect((await kernel.execute(count)).result).toBe("800");
  });
});
