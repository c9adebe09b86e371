import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joined, readNotebook } from "../scripts/notebook-run.mjs";
import { root } from "../scripts/setup.mjs";
import { starters } from "../scripts/starters.mjs";

/** Sections that every starter has, in this order, among its own. */
const sections = ["Données", "Vérifications", "Limites", "À vous de jouer", "Sources"];

/** Starters that aren't an analysis: they teach a tool, and have fewer sections. */
const lessons = new Set(["00-premiers-pas", "16-lire-damir", "17-publier", "18-ses-donnees"]);

/** The topics of the teams, where they stand beside the project. */
const topics = join(root, "..", "shared", "domain", "teams.md");

const all = starters();

it("has its cards in order, each title and question once", () => {
  expect(all.length).toBeGreaterThan(1);
  expect(new Set(all.map(({ card }) => card.title)).size).toBe(all.length);
  expect(new Set(all.map(({ card }) => card.question)).size).toBe(all.length);
});

it("uses every companion dataset somewhere", () => {
  const used = new Set(all.flatMap(({ card }) => card.datasets));
  for (const table of ["damir", "damir_departement", "medecins", "population", "meteo", "accidents"]) {
    expect(used, table).toContain(table);
  }
});

it("uses danfojs where wrangling reads better than SQL, and draws maps", () => {
  const using = (form: RegExp) =>
    all.filter(({ notebook }) =>
      readNotebook(notebook).cells.some(
        ({ cell_type, source }) => cell_type === "code" && form.test(joined(source)),
      ),
    ).length;
  expect(using(/\.toDanfo\(\)/)).toBeGreaterThanOrEqual(3);
  expect(using(/\bmap\(/)).toBeGreaterThan(10);
});

/** What the reader must find the name of, where the method is used. */
const methods: Readonly<Record<string, readonly RegExp[]>> = {
  "01-densite-medicale": [/moindres carrés pondérés/, /95 %/],
  "02-depassements": [/moindres carrés pondérés/, /95 %/],
  "03-reidentification": [/secret statistique/, /programmation linéaire/],
  "04-profils-age": [/indice de spécialisation/i, /polissage par les médianes/, /z robuste/],
  "05-ville-urgences": [/standardisation directe/, /pyramide, celle de la France entière/],
  "06-transports-desertification": [/régression pondérée/i, /95 %/],
  "08-soins-etranger": [/graphique en entonnoir/, /loi de Poisson/],
  "09-permanence-des-soins": [/régression pondérée/i, /95 %/],
  "13-qui-prescrit-vers-qui": [/indice de spécialisation/],
  "14-meteo-recours": [/effets fixes/, /indice saisonnier/],
  "15-accidents-soins": [/bayésienne empirique/, /régression pondérée/i],
};

describe.each(all)("$slug", ({ slug, notebook: path, thumbnail, card }) => {
  const notebook = readNotebook(path);
  const texts = notebook.cells.map(({ source }) => joined(source));
  const tagged = (tag: string) => notebook.cells.filter(({ metadata }) => metadata.tags?.includes(tag));

  it("is committed without outputs, in our kernel", () => {
    expect(notebook.metadata["kernelspec"]).toMatchObject({ name: "typescript" });
    for (const cell of notebook.cells.filter(({ cell_type }) => cell_type === "code")) {
      expect(cell.outputs, cell.id).toEqual([]);
      expect(cell.execution_count, cell.id).toBeNull();
    }
  });

  it("opens with its title and its question", () => {
    expect(texts[0]).toMatch(/^# \S/);
    expect(texts[0]).toContain("**La question** :");
    expect(texts.filter((text) => /^# /.test(text))).toHaveLength(1);
  });

  it("has one cell of parameters, a table, a drawing, and one picture for its card", () => {
    expect(tagged("parametres")).toHaveLength(1);
    expect(tagged("tableau").length).toBeGreaterThan(0);
    expect(tagged("graphique").length + tagged("carte").length).toBeGreaterThan(0);
    expect(tagged("vignette")).toHaveLength(1);
  });

  it("has its parameters in its first cell of code", () => {
    expect(notebook.cells.find(({ cell_type }) => cell_type === "code")?.metadata.tags).toContain(
      "parametres",
    );
  });

  it("says after each drawing what one sees, and what one must not conclude", () => {
    for (const [index, cell] of notebook.cells.entries()) {
      if (!cell.metadata.tags?.some((tag) => tag === "graphique" || tag === "carte")) continue;
      const rest = texts.slice(index + 1);
      const next = rest.findIndex((text) => text.startsWith("## "));
      const reading = rest.slice(0, next < 0 ? undefined : next).join("\n");
      expect(reading, cell.id).toContain("**Ce qu'on voit** : ");
      expect(reading, cell.id).toContain("**Ce qu'il ne faut pas en conclure** : ");
    }
  });

  it("names its methods, and warns of the ecological fallacy where it draws a line through territories", () => {
    const all = texts.join("\n");
    for (const method of methods[slug] ?? []) expect(all).toMatch(method);
    if (/\bregression\(/.test(all)) expect(all).toContain("**erreur écologique**");
  });

  it("says under which licence it reads, and how to fork it", () => {
    const all = texts.join("\n");
    expect(all).toContain("Licence Ouverte 2.0");
    expect(all).toContain("**Forkez ce notebook** (bouton *Forker*, dans la barre du notebook)");
  });

  it.skipIf(!existsSync(topics))("is of a topic that a team has", () => {
    const ids = [...readFileSync(topics, "utf8").matchAll(/^\| ([a-z-]+) \|/gm)].map(([, id]) => id);
    if (card.team !== "") expect(ids).toContain(card.team);
  });

  it("names the cells that promise something by an id one can read", () => {
    for (const cell of notebook.cells) expect(cell.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
  });

  it("has three forks, each with a line of code", () => {
    const forks = texts.find((text) => text.startsWith("## À vous de jouer")) ?? "";
    for (const number of ["1.", "2.", "3."]) {
      const [, piece = ""] = forks.split(`\n${number} `);
      expect(piece.split(/\n\d\. |\n## /)[0], number).toMatch(/`[^`]+`/);
    }
  });

  it.skipIf(lessons.has(slug))("has the sections of an analysis, in order", () => {
    const titles = texts
      .flatMap((text) => text.split("\n"))
      .filter((line) => line.startsWith("## "))
      .map((line) => line.replace(/^## (\d+\. )?/, ""));
    expect(titles.filter((title) => sections.includes(title))).toEqual(sections);
  });

  it("has a thumbnail of the size of a card", () => {
    expect(existsSync(thumbnail), thumbnail).toBe(true);
    const png = readFileSync(thumbnail);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 400]);
  });

  it("says on its card which tables it reads", () => {
    const code = notebook.cells
      .filter(({ cell_type }) => cell_type === "code")
      .map(({ source }) => joined(source));
    for (const table of card.datasets) {
      expect(
        code.some((text) => new RegExp(`\\b${table}\\b`).test(text)),
        table,
      ).toBe(true);
    }
  });
});
