import pg from "pg";
import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.js";
import { sql, type SqlFragment } from "./sql.js";
import { explainSqlError, placeIn } from "./sql-error.js";
import { readingOf, type SyntaxTree } from "./reading.js";
import { openDuckDB } from "../engine/duckdb-engine.js";

const columns = new Map([
  ["damir", ["flx_ann_moi", "prs_nat", "ben_res_reg", "flt_rem_mnt"].map((name) => ({ name }))],
  ["damir_departement", ["departement", "act_dnb", "rem_mon"].map((name) => ({ name }))],
  ["population", ["departement", "population"].map((name) => ({ name }))],
]);

/** What a person reads when DuckDB refuses a query. */
async function explained(query: SqlFragment): Promise<string> {
  const connection = await openDuckDB();
  try {
    await connection.run(
      "CREATE TABLE damir (flx_ann_moi INTEGER, prs_nat SMALLINT, ben_res_reg SMALLINT, flt_rem_mnt DECIMAL(18,2))",
    );
    await connection.run("CREATE TABLE population (departement VARCHAR, population BIGINT)");
    await connection.run("INSERT INTO damir VALUES (202501, 1110, 11, 1.5)");
    await connection.run(
      "CREATE TABLE damir_departement (departement VARCHAR, act_dnb BIGINT, rem_mon DECIMAL(18,2))",
    );
    const failure = await connection.runAndReadAll(query.text, [...query.values] as string[]).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    return await french(failure, query, await treeOf(connection, query));
  } finally {
    connection.closeSync();
  }
}

async function treeOf(
  connection: Parameters<typeof readingOf>[0],
  query: SqlFragment,
): Promise<SyntaxTree | undefined> {
  return (await readingOf(connection, query.text)).tree;
}

async function french(failure: unknown, query: SqlFragment, tree: SyntaxTree | undefined): Promise<string> {
  const error = await explainSqlError(failure, { query, tree, columns: () => Promise.resolve(columns) });
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

describe("an error of DuckDB", () => {
  it("about a query in FROM without parentheses says to put them", async () => {
    const inner = sql`SELECT prs_nat FROM damir`;
    const said = /se met entre parenthèses : FROM \(\$\{requete\}\) AS r/;
    expect(await explained(sql`SELECT count(*) FROM ${inner}`)).toMatch(said);
    expect(await explained(sql`SELECT count(*) FROM population JOIN ${inner} USING (prs_nat)`)).toMatch(said);
    expect(await explained(sql`SELECT count(*) FROM (${inner}) AS r WHERE SELECT`)).not.toMatch(said);
  });

  it("about a column names the nearest ones with their labels, and the place", async () => {
    expect(await explained(sql`SELECT 'été' AS saison,\n  prs_natt\nFROM damir`)).toBe(
      [
        "La colonne « prs_natt » n'existe pas dans damir. Colonnes proches :",
        "  prs_nat : Nature de Prestation",
        "",
        "ligne 2 :   prs_natt",
        "            ^",
      ].join("\n"),
    );
    expect(await explained(sql`SELECT d.region FROM damir d`)).toContain("ben_res_reg : Région de Résidence");
    expect(await explained(sql`SELECT 'été', prs_natt FROM damir`)).toMatch(
      /\nligne 1 : SELECT 'été', prs_natt FROM damir\n {24}\^$/,
    );
    expect(await explained(sql`SELECT acte FROM damir_departement`)).toContain("act_dnb");
  });

  it.each([
    ["bound", sql`SELECT * FROM damir WHERE prs_nat = ${"consultation"}`],
    ["written", sql`SELECT * FROM damir WHERE PRS_NAT = 'consultation'`],
    ["after the column", sql`SELECT * FROM damir WHERE ${"consultation"} = prs_nat`],
  ])("about a label, %s, where a code is expected names the codes, most used first", async (_, query) => {
    const message = await explained(query);
    expect(message).toMatch(
      /« prs_nat » contient des codes, pas des libellés : « [Cc]onsultation » n'en est pas un/,
    );
    expect(message).toMatch(
      /Codes dont le libellé correspond :\n {2}1112 : CONSULTATION COTEE CS\n {2}1110 : CONSULTATION MEDECINE GENERALE\n/,
    );
    expect(message).toMatch(/… et \d+ autres/);
  });

  it.each([
    [
      sql`SELECT * FROM damirr`,
      /« damirr » n'existe pas\. Cherchiez-vous damir ou damir_departement \? Tables disponibles : damir, /,
    ],
    [
      sql`SELECT x.prs_nat FROM damir d`,
      /« x » n'est ni une table ni un alias du FROM de cette requête, qui a : d\./,
    ],
    [sql`SELECT summ(prs_nat) FROM damir`, /La fonction « summ » n'existe pas/],
    [sql`SELECT prs_nat, sum(flt_rem_mnt) FROM damir`, /« prs_nat » n'est ni groupée ni agrégée/],
    [sql`SELECT 1 +\n FROM`, /pas bien écrite[\s\S]*\nligne 2 : {2}FROM\n {11}\^/],
    [
      sql`SELECT * FROM damir WHERE flt_rem_mnt = 'beaucoup'`,
      /« beaucoup » n'est pas une valeur de la colonne « flt_rem_mnt »/,
    ],
    [sql`SELECT '2A'::INTEGER = 1`, /sont des textes.*departement = '01' et non 1/],
    [sql`SELECT 'a'::INTEGER`, /^« a » n'est pas un nombre\./],
    [sql`SELECT 9223372036854775807 + 1`, /Un calcul dépasse les plus grands entiers/],
    [sql`SELECT * FROM damir WHERE sum(prs_nat) > 1`, /va dans HAVING/],
    [
      sql`SELECT * FROM ${"damir"}`,
      /un nom de table ou de colonne s'écrit \$\{sql\.id\("damir"\)\}[\s\S]*\nligne 1 : SELECT \* FROM \$1\n/,
    ],
    [sql`SELECT * FROM damir WHERE prs_nat = "Bretagne"`, /un texte s'écrit entre apostrophes : 'Bretagne'/],
    [sql`SELECT sum(pop) FROM population`, /Colonnes proches :\n {2}population\n/],
    [sql`SELECT dpt FROM damir_departement`, /Colonnes : departement, act_dnb, rem_mon\./],
    [
      sql`SELECT * FROM damir WHERE flx_ann_moi = '2025-01'`,
      /« flx_ann_moi » : les mois s'y écrivent AAAAMM, en un nombre \(202501\)/,
    ],
    [
      sql`SELECT prs_nat FROM damir a JOIN damir b ON a.prs_nat = b.prs_nat`,
      /dites laquelle, par exemple a\.prs_nat/,
    ],
    [sql`SELECT * FROM damir WHERE prs_nat LIKE '11%'`, /LIKE compare des textes.*\(SMALLINT\)/],
    [sql`SELECT DATE '31/01/2025'`, /« 31\/01\/2025 » n'est pas une date/],
    [sql`SELECT sum(prs_nat FROM damir`, /pas bien écrite près de « FROM »/],
    [sql`SELECT sum(prs_nat) FROM damir WHERE`, /s'arrête trop tôt/],
  ])("for %j is explained", async (query, message) => {
    expect(await explained(query)).toMatch(message);
  });
});

describe("an error of PostgreSQL", () => {
  const query = sql`SELECT * FROM damir WHERE prs_nat = ${"consultation"}`;
  const failure = (code: string, message: string, position?: number): Error => {
    const error = new pg.DatabaseError(message, 0, "error");
    return Object.assign(error, {
      code,
      severity: "ERROR",
      ...(position === undefined ? {} : { position: String(position) }),
    });
  };

  it("is explained as DuckDB's is", async () => {
    const connection = await openDuckDB();
    const tree = await treeOf(connection, query);
    connection.closeSync();
    expect(
      await french(failure("22P02", 'invalid input syntax for type smallint: "consultation"'), query, tree),
    ).toMatch(/« prs_nat » contient des codes[\s\S]*1110 : /);
    expect(
      await french(
        failure("42703", 'column "damir.prs_natt" does not exist', 15),
        sql`SELECT *\n, x, prs_natt FROM damir`,
        undefined,
      ),
    ).toMatch(
      /« prs_natt » n'existe pas[\s\S]*prs_nat : Nature[\s\S]*\nligne 2 : , x, prs_natt FROM damir\n {15}\^$/,
    );
  });

  it.each([
    ["42703", "column d.rem does not exist", /La colonne « rem » n'existe pas/],
    ["42P01", 'relation "populatoin" does not exist', /Cherchiez-vous population \?/],
    ["42883", "function summ(smallint) does not exist", /La fonction « summ »/],
    ["42883", "operator does not exist: text = integer", /^Un texte est comparé à un nombre.*'01' et non 1/],
    ["42803", 'column "damir.prs_nat" must appear in the GROUP BY clause', /« prs_nat » n'est ni groupée/],
    [
      "57014",
      "canceling statement due to user request",
      /^La requête a été interrompue\. Si ce n'est pas vous, le serveur/,
    ],
    ["57014", "canceling statement due to statement timeout", /dépassé le temps que ce serveur donne/],
    ["53400", "temporary file size exceeds temp_file_limit (1024kB)", /dépassé le disque/],
    ["25006", "cannot execute INSERT in a read-only transaction", /s'y lisent seulement/],
    ["53200", "out of memory", /plus de mémoire que le serveur n'en a pour elle/],
    [
      "53100",
      'could not resize shared memory segment "/PostgreSQL.1" to 67108864 bytes: No space left on device',
      /plus de mémoire que le serveur n'en a pour elle/,
    ],
    ["53100", "could not extend file: No space left on device", /disque du serveur est plein/],
    ["57P03", "the database system is starting up", /Le serveur n'a pas pu répondre/],
  ])("%s is told in French", async (code, message, expected) => {
    expect(await french(failure(code, message), query, undefined)).toMatch(expected);
  });
});

it("errors that aren't an engine's pass unchanged", async () => {
  const error = new TypeError("x is not a function");
  expect(
    await explainSqlError(error, {
      query: sql`SELECT 1`,
      tree: undefined,
      columns: () => Promise.resolve(columns),
    }),
  ).toBe(error);
});

describe("placeIn", () => {
  it("shows of a long line what is around the place", () => {
    const text = `SELECT ${"a, ".repeat(60)}faux, ${"b, ".repeat(60)}c`;
    const [line = "", caret = ""] = placeIn(text, text.indexOf("faux")).split("\n");
    expect(line.length).toBeLessThan(140);
    expect(line.slice(caret.indexOf("^"))).toMatch(/^faux/);
  });
});
