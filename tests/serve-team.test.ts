import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "damir";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { writeStore } from "../lib/pipeline/src/server/served-store.fixture.js";
import { root } from "../scripts/setup.mjs";

describe.skipIf(noPostgres)(`damir serve team${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  const damir = (...words: string[]) =>
    new Promise<{ code: number; text: string }>((resolve) => {
      const env = { ...process.env, DAMIR_OWNER_URL: cluster.url(), DAMIR_HOME: home };
      const command = join(root, "node_modules", ".bin", "damir");
      execFile(command, words, { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), text: `${out}${err}` });
      });
    });

  beforeAll(async () => {
    cluster = await startCluster();
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("takes an organiser from an empty server to a team that queries it, and back", async () => {
    const early = await damir("serve", "team", "urgences");
    expect(early).toMatchObject({ code: 1, text: expect.stringContaining("npx damir serve load") as string });
    expect(await damir("serve", "load")).toMatchObject({ code: 0 });

    const made = await damir("serve", "team", "urgences", "--connections", "6");
    expect(made.code, made.text).toBe(0);
    expect(made.text).toContain("equipe_urgences lit les données, et rien d'autre : 6 connexions à la fois");
    const [, address = ""] = /^DAMIR_URL=(.*)$/m.exec(made.text) ?? [];
    const connection = await connect({ url: address });
    expect((await connection.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
    await connection.close();

    const again = await damir("serve", "team", "urgences");
    expect(again.text).toContain("mot de passe n'a pas changé");
    expect(again.text).not.toContain(new URL(address).password);

    expect(await damir("serve", "team", "urgences", "--remove")).toEqual({
      code: 0,
      text: "equipe_urgences n'entre plus sur le serveur.\n",
    });
    await expect(connect({ url: address })).rejects.toThrow(/mot de passe ou le rôle/);
  });

  it.each([
    [["serve", "team"], "Il manque un argument : NOM."],
    [["serve", "team", "!!"], "de 1 à 40 lettres ou chiffres"],
    [["serve", "team", "a", "--seconds", "0"], "--seconds prend un nombre entier d'au moins 1, pas « 0 »."],
    [["serve", "team", "inconnue", "--remove"], "L'équipe « inconnue » n'existe pas"],
  ])("refuses %j and says why", async (words, message) => {
    const { code, text } = await damir(...words);
    expect(code).toBeGreaterThan(0);
    expect(text).toContain(message);
  });
});
