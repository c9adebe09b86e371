import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { variables } from "../dictionary/dictionary.js";
import { jupyterDisplay } from "../display.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";
import { describe as describeEntry } from "./describe.js";
import { Page } from "./page.js";
import { exampleQuery } from "./variable-page.js";

let home: string;
let damir: Damir;
beforeAll(async () => {
  const row = (table: "damir" | "damir_departement") =>
    `SELECT ${variables(table)
      .map(({ variable, type }) => `'1'::${type === "INTEGER" ? "INTEGER" : type} AS ${variable}`)
      .join(", ")}`.replace("'1'::INTEGER AS flx_ann_moi", "202401 AS flx_ann_moi");
  home = await smallHome({
    sample: {
      damir: { select: row("damir"), synthetic: true, title: "Open DAMIR" },
      damir_departement: { select: row("damir_departement"), synthetic: false, title: "Tables R" },
      medecins: {
        select: "SELECT 2024 AS annee, 3 AS effectif, 1 AS inconnue",
        synthetic: true,
        title: "Médecins <b>libéraux</b>",
      },
    },
  });
  damir = await connect({ home });
});
afterAll(async () => {
  await damir.close();
  rmSync(home, { recursive: true, force: true });
});

async function shown(page: Page): Promise<{ html: string; text: string }> {
  const { data } = await page[jupyterDisplay]();
  return { html: String(data["text/html"]), text: String(data["text/plain"]) };
}

describe("describe", () => {
  it("gives a variable's definition, facts, traps, most frequent codes and an example", async () => {
    const { html, text } = await shown(describeEntry("PRS_NAT"));
    expect(text).toMatch(/^prs_nat : Nature de Prestation\ndimension de damir, SMALLINT · Prestation/);
    expect(text).toContain("Pièges :");
    expect(text).toMatch(/\n {2}3313 +PHARMACIE 65% +1\s837\s484\n/);
    expect(text).toMatch(/les 12 plus fréquents sur 1\s\d{3} ; tous : SELECT \* FROM nomenclature_prs_nat/);
    expect(text).toContain('describe("damir_departement.prs_nat")');
    expect(html).toContain("<td");
    const unknown = await shown(describeEntry("ben_res_reg"));
    expect(unknown.text).toContain("Inconnu : 99.");
    expect((await shown(describeEntry("flt_rem_mnt"))).text).toContain("Unité : euros.");
  });

  it("gives a code's label, former label, poste, role and unit", async () => {
    const { text } = await shown(describeEntry("prs_nat", 1110));
    expect(text).toContain("prs_nat = 1110 : CONSULTATION MEDECINE GENERALE");
    expect(text).toContain(
      "Poste : Consultations (« consultations »). Rôle : acte ; sa quantité compte des actes",
    );
    expect((await shown(describeEntry("prs_rem_typ", 2))).text).toContain(
      "Autre libellé : TICKET MODERATEUR HORS CMU.",
    );
    expect((await shown(describeEntry("cpam", "011"))).text).toContain("cpam = '011' : Bourg-en-Bresse");
    expect((await shown(describeEntry("departement", "2A"))).text).toContain("Corse-du-Sud");
    expect((await shown(describeEntry("cpl_cod", 3))).text).toMatch(
      /Dans damir_departement, cpl_cod = 3 se lit/,
    );
    expect((await shown(describeEntry("optique"))).text).toContain("poste = 'optique' : Optique");
  });

  it("gives a table's columns with their labels, and escapes what comes from data", async () => {
    const { html, text } = await shown(damir.describe("medecins"));
    expect(text).toMatch(/annee +Année +INTEGER/);
    expect(text).toMatch(/effectif +Médecins ; null où un petit nombre est masqué/);
    expect(text).toContain("DONNÉES SYNTHÉTIQUES");
    expect(html).toContain("Médecins &lt;b&gt;libéraux&lt;/b&gt;");
    expect(html).not.toContain("<b>");
  });

  it.each([
    ["ben_res", undefined, /Cherchiez-vous ben_res_reg \(Région de Résidence/],
    ["remboursements", undefined, /flt_rem_mnt/],
    ["prs_nat", "consultation", /n'est pas un code de prs_nat\. Cherchiez-vous \d+ \([^)]*CONSULT/],
    ["prs_nat", 1, /Cherchiez-vous 1039/],
    ["flt_rem_mnt", 3, /n'a pas de liste de codes/],
    ["zzzz", undefined, /Cherchez par mots : search\("zzzz"\)/],
    ["", undefined, /Dites quoi décrire/],
    ["prs_natt", undefined, /Cherchiez-vous prs_nat \(/],
  ])("refuses « %s » %s with what looks like it", (name, code, message) => {
    expect(() => describeEntry(name, code)).toThrow(UserError);
    expect(() => damir.describe(name, code)).toThrow(message);
  });

  it.each(["damir", "damir_departement"] as const)(
    "shows for every variable of %s a query that runs",
    async (table) => {
      for (const variable of variables(table)) {
        const query = exampleQuery(variable, table);
        const result = await damir.sql(Object.assign([query], { raw: [query] }));
        expect(result.columns.length, variable.variable).toBe(2);
      }
    },
  );
});
