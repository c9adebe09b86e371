import { describe, expect, it } from "vitest";
import { choices, findStarters, teamFirst } from "./starter-search.js";
import { parseStarter } from "./starter.js";

const starter = (slug: string, fields: object) => parseStarter(slug, JSON.stringify(fields));
const age = starter("01-age", {
  title: "Profils d'âge",
  theme: "Territoires",
  team: "age",
  datasets: ["damir"],
});
const rest = starter("02-reste", {
  title: "Reste à charge",
  theme: "Dépenses",
  datasets: ["damir", "meteo"],
});
const care = starter("03-soins", { title: "Médecins", theme: "Dépenses", team: "soins", datasets: [] });
const all = [age, rest, care];

describe("findStarters", () => {
  it.each([
    ["", all],
    ["PROFILS age", [age]],
    ["d’age", [age]],
    ["reste meteo", [rest]],
    ["medecins damir", []],
  ])("finds « %s »", (words, expected) => {
    expect(findStarters(all, { words, theme: "", dataset: "" })).toEqual(expected);
  });

  it("asks for the theme and the dataset at once", () => {
    expect(findStarters(all, { words: "", theme: "Dépenses", dataset: "damir" })).toEqual([rest]);
  });
});

describe("teamFirst", () => {
  it("puts the team's own first, then its theme's, in their order", () => {
    expect(teamFirst(all, "soins")).toEqual([care, rest, age]);
  });

  it("keeps the order for no team, or one without starters", () => {
    expect(teamFirst(all, "")).toEqual(all);
    expect(teamFirst(all, "inconnue")).toEqual(all);
  });
});

it("offers each theme once, in French order", () => {
  expect(choices([...all, starter("04-x", { theme: "Épidémies" })], "theme")).toEqual([
    "Dépenses",
    "Épidémies",
    "Territoires",
  ]);
});
