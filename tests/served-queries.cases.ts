import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect, type Damir } from "damir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { home, root } from "../scripts/setup.mjs";
import { difference } from "./compared-connection.mjs";
import { comparedStarter } from "./compared-programs.js";
import { comparedQueries } from "./compared-queries.js";
import type { ServerPlace } from "./starter-places.js";

/** Where the starters' cells are put together: below the project, whose packages they import. */
const folder = join(root, "tests", "output", "served");

/**
 * The queries of the starters, and others, have the same answers on a server as over the store.
 * @param starters their slugs
 * @param place the server, once it is loaded
 */
export function servedQueryCases(starters: readonly string[], place: () => ServerPlace): void {
  describe("queries", () => {
    let store: Damir;
    let server: Damir;

    beforeAll(async () => {
      [store, server] = await Promise.all([connect({ home }), connect({ url: place().url })]);
    });
    afterAll(async () => {
      await Promise.all([store.close(), server.close()]);
      rmSync(folder, { recursive: true, force: true });
    });

    it.concurrent.each(starters)("of %s have the same answers as over the store", async (slug) => {
      const compared = await comparedStarter(slug, folder, place().url);
      expect(compared.length).toBeGreaterThan(1);
      expect(compared.filter((query) => query.difference !== "")).toEqual([]);
    });

    it.each(Object.entries(comparedQueries))("have the same answer: %s", async (_, text) => {
      const strings = Object.assign([text], { raw: [text] });
      const [one, other] = await Promise.all([store.sql(strings), server.sql(strings)]);
      expect(one.length).toBeGreaterThan(0);
      expect(difference(text, one, other)).toBe("");
    });

    it("find what every table and column is", async () => {
      const { rows } = await place().withOwner((owner) =>
        owner.query<object>(
          `SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT c.relispartition
         WHERE n.nspname = 'atelier' AND c.relkind IN ('r', 'p')
           AND (obj_description(c.oid) IS NULL OR a.attnum IS NOT NULL AND col_description(c.oid, a.attnum) IS NULL)`,
        ),
      );
      expect(rows).toEqual([]);
    });

    it("bind the same values", async () => {
      const ask = (damir: Damir) => damir.sql`
      SELECT ben_res_reg, ${"x"} AS texte, ${0.5} AS demi, sum(flt_rem_mnt) * ${0.5} AS moitie
      FROM damir
      WHERE prs_nat IN (${[1110, 1111]}) AND prs_nat <> ${100000} AND mois_traitement BETWEEN ${new Date("2024-01-01")} AND ${"2024-03-01"}
        AND flt_rem_mnt > ${0.5} AND ben_res_reg < ${98.5}
      GROUP BY ben_res_reg
      ORDER BY ben_res_reg
      LIMIT ${5}`;
      const [one, other] = await Promise.all([ask(store), ask(server)]);
      expect(one.length).toBe(5);
      expect(difference("ORDER BY", one, other)).toBe("");
    });
  });
}
