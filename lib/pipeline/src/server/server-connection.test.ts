import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { withAdministrator, withOwner } from "./server-connection.js";

describe.skipIf(noPostgres)(`a connection that loads${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(async () => {
    await cluster.stop();
  });

  it.each([
    ["load", withOwner, /^La connexion à .* a été perdue pendant le chargement\. Relancez la commande\./],
    ["change of roles", withAdministrator, /^La connexion à .* a été perdue\. Relancez la commande quand le/],
  ] as const)("says in French that a %s lost it, were it between two queries", async (_, lend, message) => {
    await expect(
      lend(cluster.url(), async (owner) => {
        const { server } = owner;
        const { rows } = await server.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        const lost = new Promise((resolve) => server.once("end", resolve));
        await owner.beside((other) => other.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]));
        await lost;
        await server.query("SELECT 1");
      }),
    ).rejects.toThrow(message);
  });
});
