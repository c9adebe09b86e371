import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vegaRows } from "../drawing/rows.js";
import { connect, type Damir } from "../connection/connection.js";
import { jupyterDisplay } from "../display.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";
import { sql } from "./sql.js";

const many = 25_000;
let home: string;
let damir: Damir;
beforeAll(async () => {
  home = await smallHome({
    sample: {
      grande: {
        select: `SELECT range::INTEGER AS n, (range * 0.01)::DECIMAL(18,2) AS montant FROM range(${many})`,
        synthetic: true,
      },
    },
  });
  damir = await connect({ home });
});
afterAll(async () => {
  await damir.close();
  rmSync(home, { recursive: true });
});

describe("a query of more rows than a result holds", () => {
  it("shows the first ones and says how many there are", async () => {
    const result = await damir.sql`SELECT * FROM grande ORDER BY n`;
    expect([result.cut, result.length, result.shown.length]).toEqual([true, many, 20_000]);
    expect(result.shown[19_999]).toEqual({ n: 19_999, montant: 199.99 });
    const { data } = result[jupyterDisplay]();
    expect(data["text/plain"]).toContain("25\u202f000 lignes");
    expect(data["text/html"]).toContain("25\u202f000 lignes");
  });

  it("isn't computed with, drawn nor turned into a DataFrame", async () => {
    const result = await damir.sql<{ n: number }>`SELECT * FROM grande; -- toutes`;
    const uses: (() => unknown)[] = [
      () => result.rows,
      () => [...result],
      () => result.column("n"),
      () => result.map(({ n }) => ({ n })),
      () => vegaRows(result),
    ];
    for (const use of uses) {
      expect(use).toThrow(UserError);
      expect(use).toThrow(/25\s000 lignes, et seules les 20\s000 premières.*\n.*GROUP BY.*LIMIT.*stream/u);
    }
    await expect(result.toDanfo()).rejects.toThrow(/Ce résultat est coupé/);
  });

  it.each([
    ["with a LIMIT of its own", `SELECT * FROM grande LIMIT 24000`, 24_000],
    ["with a LIMIT over a union", `SELECT n FROM grande UNION ALL SELECT n FROM grande LIMIT 50000`, 50_000],
    ["of as many as a result holds", `SELECT * FROM grande WHERE n < 20000`, 20_000],
  ])("%s comes whole", async (_, text, length) => {
    const result = await damir.sql([text] as unknown as TemplateStringsArray);
    expect(result.cut).toBe(false);
    expect(result.rows).toHaveLength(length);
  });

  it("with a LIMIT inside only is cut", async () => {
    expect((await damir.sql`SELECT * FROM (SELECT * FROM grande LIMIT 22000)`).length).toBe(22_000);
    expect((await damir.sql`SELECT * FROM (SELECT * FROM grande LIMIT 22000)`).cut).toBe(true);
  });
});

describe("a sorted query", () => {
  it("of many rows gives the first ones in their order", async () => {
    const result =
      await damir.sql`SELECT n, montant FROM grande ORDER BY montant DESC, n; -- les plus grands`;
    expect(result.length).toBe(many);
    expect(result.shown).toEqual(
      Array.from({ length: 20_000 }, (_, index) => ({
        n: many - 1 - index,
        montant: (many - 1 - index) / 100,
      })),
    );
  });

  it.each([
    ["SELECT n,\n  montan FROM grande ORDER BY 1", "  montan FROM grande ORDER BY 1", "montan FROM"],
    ["SELECT n FROM grande ORDER BY montan", "SELECT n FROM grande ORDER BY montan", "montan"],
  ])("that fails shows its own place: %s", async (text, expected, place) => {
    const query = damir.sql([text] as unknown as TemplateStringsArray);
    const error = await query.then(undefined, (reason: unknown) => reason);
    const [line = "", caret = ""] = (error as Error).message.split("\n").slice(-2);
    expect(line.endsWith(expected)).toBe(true);
    expect(line.slice(caret.indexOf("^")).startsWith(place)).toBe(true);
  });
});

describe("columns of the same name", () => {
  it("are told apart in the same way in all forms", async () => {
    const query = () => damir.sql`SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a`;
    const expected = { a: 1, a_1: 2, b: 3, a_2: 4 };
    expect((await query()).rows).toEqual([expected]);
    expect(await query().rows()).toEqual([expected]);
  });
});

describe("statements that describe", () => {
  it.each([
    ["DESCRIBE grande", 2],
    ["DESCRIBE SELECT n FROM grande", 1],
    ["SUMMARIZE grande", 2],
    ["FROM grande LIMIT 3", 3],
    ["VALUES (1), (2)", 2],
    ["WITH a AS (SELECT 1 AS x) FROM a", 1],
    ["SHOW TABLES", 1],
  ])("such as %s give their rows", async (text, length) => {
    expect((await damir.sql([text] as unknown as TemplateStringsArray)).rows).toHaveLength(length);
  });
});

describe("the forms of an answer", () => {
  const whole = () =>
    damir.sql<{ n: number; montant: number }>`SELECT * FROM grande WHERE n >= ${5} ORDER BY n`;

  it("are all the rows", async () => {
    const rows = await whole().rows();
    expect(rows).toHaveLength(many - 5);
    expect(rows.at(-1)).toEqual({ n: 24_999, montant: 249.99 });
  });

  it("are rows one after the other, as many as are asked for", async () => {
    let cents = 0;
    for await (const { montant } of whole().stream()) cents += Math.round(montant * 100);
    expect(cents).toBe((many * (many - 1)) / 2 - 10);
    for await (const { n } of whole().stream()) {
      expect(n).toBe(5);
      break;
    }
    expect((await damir.sql`SELECT 1 AS un`).rows).toEqual([{ un: 1 }]);
  });

  it("are a danfojs DataFrame of up to 100 000 rows", async () => {
    expect((await whole().toDanfo()).shape).toEqual([many - 5, 2]);
  });

  it("are a plan that says what is read", async () => {
    const plan = await whole().explain();
    expect(plan.toString()).toContain("READ_PARQUET");
    expect(plan[jupyterDisplay]().data["text/html"]).toMatch(/^<pre[^>]*>.*&gt;=5/su);
  });

  it("are typed arrays, where nulls and large integers have their place", async () => {
    const columns = await damir.sql`
      SELECT * FROM (VALUES
        (1::SMALLINT, 1::SMALLINT, 1.10::DECIMAL(9,2), 0.5::DOUBLE, 9007199254740993, 1::HUGEINT, 5, 'a', DATE '2024-01-01'),
        (2::SMALLINT, NULL, NULL, NULL, -1, 170141183460469231731687303715884105727, NULL, NULL, NULL)
      ) t(petit, troue, montant, reel, grand, immense, entier, nom, jour)`.columns();
    expect(columns).toEqual({
      petit: Int32Array.of(1, 2),
      troue: Float64Array.of(1, Number.NaN),
      montant: Float64Array.of(1.1, Number.NaN),
      reel: Float64Array.of(0.5, Number.NaN),
      grand: BigInt64Array.of(9007199254740993n, -1n),
      immense: [1n, 170141183460469231731687303715884105727n],
      entier: Float64Array.of(5, Number.NaN),
      nom: ["a", null],
      jour: [new Date("2024-01-01"), null],
    });
  });

  it("are a table with its options", async () => {
    const shown = await whole().table({ caption: "Montants", columns: { montant: "Montant" } });
    expect(shown.html).toContain("Montants");
    expect(shown.text).toContain("Montant");
  });

  it("are an Arrow table with its nulls", async () => {
    const arrow = await damir.sql`
      SELECT * FROM (VALUES
        (1, 1.10::DECIMAL(9,2), 9007199254740993, 'a', DATE '2024-02-29', TIMESTAMP '2024-02-29 12:00:00', true, [1, 2]),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
      ) t(entier, montant, grand, nom, jour, instant, vrai, liste)`.arrow();
    expect(arrow.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
      "entier Int32",
      "montant Float64",
      "grand Int64",
      "nom Dictionary<Int32, Utf8>",
      "jour Date32<DAY>",
      "instant Timestamp<MILLISECOND>",
      "vrai Bool",
      "liste Dictionary<Int32, Utf8>",
    ]);
    const [first, second] = arrow.toArray().map((row) => (row as { toJSON(): object }).toJSON());
    expect(first).toEqual({
      entier: 1,
      montant: 1.1,
      grand: 9007199254740993n,
      nom: "a",
      jour: Date.UTC(2024, 1, 29),
      instant: Date.UTC(2024, 1, 29, 12),
      vrai: true,
      liste: "[1,2]",
    });
    expect(new Set(Object.values(second ?? {}))).toEqual(new Set([null]));
  });

  it("fail in French, with the place", async () => {
    const wrong = () => damir.sql`SELECT montan FROM grande`;
    const stream = async () => {
      for await (const row of wrong().stream()) expect(row).toBeUndefined();
    };
    const uses = [
      () => wrong().rows(),
      () => wrong().columns(),
      () => wrong().toDanfo(),
      () => wrong().explain(),
      stream,
    ];
    for (const use of uses) {
      const error = await use().then(undefined, (reason: unknown) => reason);
      const [advice, near, , line = "", caret = ""] = (error as Error).message.split("\n");
      expect(advice).toBe("La colonne « montan » n'existe pas dans grande. Colonnes proches :");
      expect(near).toBe("  montant");
      expect(line.slice(caret.indexOf("^"))).toBe("montan FROM grande");
    }
  });
});

describe("fragments", () => {
  it("name columns that the program chooses", async () => {
    const axe = "n";
    const axes = sql.list([sql.id("g", axe), sql`montant * ${2} AS double`]);
    const result =
      await damir.sql`SELECT ${axes} FROM ${sql.id("grande")} g WHERE n IN (${sql.list([3, 4])}) ORDER BY n`;
    expect(result.rows).toEqual([
      { n: 3, double: 0.06 },
      { n: 4, double: 0.08 },
    ]);
    expect(sql.id('a"; DROP TABLE x; --').text).toBe('"a""; DROP TABLE x; --"');
  });

  it("refuse an empty name or list", () => {
    expect(() => sql.id(" ")).toThrow(/sql\.id attend le nom d'une colonne/);
    expect(() => sql.id(undefined as unknown as string)).toThrow(UserError);
    expect(() => sql.list([])).toThrow(/liste vide/);
  });
});

describe("queries at the same time", () => {
  it("each get their own rows", async () => {
    const counts = await Promise.all(
      [1000, 2000, 3000, 21_000].map(
        async (most) => (await damir.sql`SELECT n FROM grande WHERE n < ${most}`).length,
      ),
    );
    expect(counts).toEqual([1000, 2000, 3000, 21_000]);
  });
});
