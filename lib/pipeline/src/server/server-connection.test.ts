import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { withAdministrator } from "./server-connection.js";

describe.skipIf(noPostgres)(`a connection that loads${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(async () => {
    await cluster.stop();
  });

  it("says in French that it was lost, were it between two queries", async () => {
    await expect(
      withAdministrator(cluster.url(), async (owner) => {
        const { server } = owner;
        const { rows } = await server.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        const lost = new Promise((resolve) => server.once("end", resolve));
        await owner.beside((other) => other.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]));
        await lost;
        await server.query("SELECT 1");
      }),
    ).rejects.toThrow(/^La connexion à .* a été perdue pendant le chargement\. Relancez la commande\./);
  });
});
