import { variables } from "damir";
import { expect, it } from "vitest";
import { PanelService } from "@atelier-damir/cli/panel";
import { fragmentOf, subjectOf, usesOf } from "./entry-uses.js";
import { cellOfQuery } from "./query-cell.js";

const service = new PanelService();

/** What the first entry of a search gives. */
async function firstOf(text: string, kind: "variable" | "code" | "poste" | "table", table?: string) {
  const found = await service.answer("search", { text, kind });
  const entry = found.find((one) => table === undefined || one.table === table);
  if (!entry) throw new Error(`nothing found for ${text}`);
  const subject = subjectOf(entry);
  const { name, code } = subject;
  const page = await service.answer("describe", { name, ...(code === undefined ? {} : { code }) });
  return { entry, uses: usesOf(subject, page) };
}

it("writes a filter as the base wants it: numbers bare, texts quoted", async () => {
  const number = await firstOf("prs_nat 1110", "code");
  expect(number.uses.fragment).toBe("prs_nat = 1110");
  expect(fragmentOf(number.entry)).toBe(number.uses.fragment);
  const text = await firstOf("Paris", "code", "damir_departement");
  expect(text.uses.fragment).toBe("departement = '75'");
  expect(text.uses.query).toContain("WHERE departement = '75'");
});

it("gives a column, a join, a table", async () => {
  expect((await firstOf("dep_mon", "variable")).uses.fragment).toBe("dep_mon");
  expect((await firstOf("kinésithérapie", "poste")).uses.query).toContain("p.poste = 'kinesitherapie'");
  expect((await firstOf("population", "table")).uses).toMatchObject({ fragment: "FROM population" });
});

it("has a page and a query for every variable", async () => {
  for (const table of ["damir", "damir_departement"] as const) {
    for (const { variable } of variables(table)) {
      const subject = { kind: "variable" as const, name: `${table}.${variable}` };
      const page = await service.answer("describe", { name: subject.name });
      expect(usesOf(subject, page)).toMatchObject({
        fragment: variable,
        query: expect.stringContaining(`FROM ${table}`) as string,
      });
    }
  }
});

it("uses the connection that the notebook has, the last one, else opens one", () => {
  expect(
    cellOfQuery("SELECT 1\nFROM regions", ["const base = await connect({ home: x });", "let y = 1"]),
  ).toBe("await base.sql`\n  SELECT 1\n  FROM regions\n`");
  expect(cellOfQuery("SELECT 1", [])).toBe(
    'import { connect } from "damir";\n\nconst damir = await connect();\n\nawait damir.sql`\n  SELECT 1\n`',
  );
});

it("lets nothing of a query end its template", () => {
  expect(cellOfQuery("SELECT '`${x}\\'", ["const d = await connect()"])).toContain("'\\`\\${x}\\\\'");
});
