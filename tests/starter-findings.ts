import { expect } from "vitest";
import type { Notebook } from "../scripts/notebook-run.mjs";
import { joined } from "../scripts/notebook-run.mjs";
import { only, rowsOf } from "./starter-outputs.js";

/** What a drawing says of itself in words: its extremes, and where they are. */
const saidOf = (notebook: Notebook, id: string) => joined(only(notebook, id).data?.["text/plain"]);

/**
 * What each starter finds in the synthetic sample, where it was planted (lib/pipeline/src/sample/associations.ts), by slug:
 * a starter that no longer finds it draws a wrong picture of real data too.
 */
export const findings: Readonly<Record<string, (notebook: Notebook) => void>> = {
  "00-premiers-pas": (notebook) => {
    const [first] = rowsOf(notebook, "prestations");
    expect(first).toMatchObject({ prs_nat: 3313 });
    // What January 2025 has of unknown regions, as published: 17 %.
    for (const row of rowsOf(notebook, "verification")) {
      expect(row["part_region_inconnue"]).toBeGreaterThan(15);
      expect(row["part_region_inconnue"]).toBeLessThan(19);
    }
  },

  "01-densite-medicale": (notebook) => {
    const [line] = rowsOf(notebook, "regression");
    expect(line).toMatchObject({ points: 101 });
    // Planted: 0.97 act an affiliate for 100 more practitioners per 100,000 affiliates.
    expect(line?.["pente_basse"]).toBeGreaterThan(0.003);
    expect(line?.["pente_haute"]).toBeLessThan(0.02);
  },

  "02-depassements": (notebook) => {
    const [line] = rowsOf(notebook, "regression");
    expect(line).toMatchObject({ points: 101 });
    expect(line?.["pente_basse"]).toBeGreaterThan(0);
    expect(rowsOf(notebook, "robustesse")[0]?.["pente_basse"]).toBeGreaterThan(0);
    // Planted: highest in Île-de-France and Provence-Alpes-Côte d'Azur.
    const first = rowsOf(notebook, "croisement").slice(0, 4);
    expect(first.map(({ nom }) => nom)).toEqual([
      "Paris",
      "Seine-Saint-Denis",
      "Bouches-du-Rhône",
      "Val-de-Marne",
    ]);
  },

  "03-reidentification": (notebook) => {
    const shares = rowsOf(notebook, "croisements").map((row) => Number(row["part_petites"]));
    expect(shares.at(0)).toBe(0);
    expect(shares.at(-1)).toBeGreaterThan(3);
    const [, town, grouped, regions] = rowsOf(notebook, "mailles").map((row) =>
      Number(row["part_un_ou_deux"]),
    );
    expect(town).toBeGreaterThan(Number(grouped));
    expect(grouped).toBeGreaterThan(Number(regions));
    const [first, both] = rowsOf(notebook, "preuve");
    expect(first?.["recalculees"]).toBeGreaterThan(0);
    expect(both?.["cachees"]).toBeGreaterThan(Number(first?.["cachees"]));
    expect(both?.["recalculees"]).toBe(0);
    const [check] = rowsOf(notebook, "verification");
    expect(check).toMatchObject({ departements: 101, totaux_differents_des_etapes: 1 });
    expect(check?.["actes_rapproches"]).toBe(check?.["actes_tables_r"]);
  },

  "04-profils-age": (notebook) => {
    const found = rowsOf(notebook, "ecarts").map(
      ({ prs_nat, ben_res_reg, age_ben_snds }) => `${prs_nat} ${ben_res_reg} ${age_ben_snds}`,
    );
    // Planted: care of teeth in Grand Est at 80, nursing in Pays de la Loire at 40.
    for (const excess of ["1451 44 80", "3111 52 40"]) expect(found).toContain(excess);
  },

  "05-ville-urgences": (notebook) => {
    const [line] = rowsOf(notebook, "regression");
    expect(line).toMatchObject({ points: 13 });
    // No link was planted between the two at the level of regions.
    expect(line?.["pente_basse"]).toBeLessThan(0);
    expect(line?.["pente_haute"]).toBeGreaterThan(0);
    // Planted by region: more emergencies, and fewer consultations, in Centre and Normandie.
    const regions = rowsOf(notebook, "standard");
    expect(regions.slice(0, 2).map(({ nom }) => nom)).toEqual(["Centre-Val de Loire", "Normandie"]);
    const least = Math.min(...regions.map(({ consultations }) => Number(consultations)));
    expect(regions[0]).toMatchObject({ consultations: least });
    // Planted by département: a little more where acts of general practitioners are few.
    expect(rowsOf(notebook, "departements")[0]?.["pente"]).toBeLessThan(0);
  },

  "06-transports-desertification": (notebook) => {
    const [line] = rowsOf(notebook, "regression");
    expect(line?.["pente_haute"]).toBeLessThan(0);
    const slopes = rowsOf(notebook, "age").map(({ pente }) => Number(pente));
    expect(slopes).toHaveLength(3);
    expect(Math.max(...slopes)).toBeLessThan(0);
    const [check] = rowsOf(notebook, "verification");
    expect(check?.["croise_millions"]).toBe(check?.["rembourse_millions"]);
    expect(check?.["franchises_millions"]).toBeLessThan(0);
  },

  "07-actes-et-taux": (notebook) => {
    const reimbursed = (taux: string) =>
      Number(
        rowsOf(notebook, "medicaments").find(
          (row) => row["prestation"] === "PHARMACIE 65%" && row["taux"] === taux,
        )?.["rembourse"],
      );
    // The long-lasting diseases, whose patients pay nothing, cost more than all others.
    expect(reimbursed("100 %")).toBeGreaterThan(reimbursed("65 %"));
  },

  "08-soins-etranger": (notebook) => {
    const [border, others] = rowsOf(notebook, "groupes");
    expect(border).toMatchObject({ groupe: "frontaliers", departements: 23 });
    expect(Number(border?.["pour_1000"])).toBeGreaterThan(2 * Number(others?.["pour_1000"]));
    const first = rowsOf(notebook, "departements").slice(0, 8);
    expect(first.every(({ frontalier }) => frontalier === "oui")).toBe(true);
  },

  "09-permanence-des-soins": (notebook) => {
    const [usual, sunday, night] = rowsOf(notebook, "national");
    expect(usual?.["part"]).toBeGreaterThan(95);
    expect(Number(sunday?.["actes"])).toBeGreaterThan(Number(night?.["actes"]));
    expect(rowsOf(notebook, "offre")[0]?.["pente_basse"]).toBeGreaterThan(0);
    // Planted: more in the south and overseas.
    const first = rowsOf(notebook, "departements").map(({ nom }) => nom);
    for (const nom of ["Bouches-du-Rhône", "La Réunion", "Guyane"]) expect(first).toContain(nom);
  },

  "10-depistage-cancer-sein": (notebook) => {
    const names = [...rowsOf(notebook, "regions")]
      .sort((one, other) => Number(other["part_organisee"]) - Number(one["part_organisee"]))
      .map(({ nom }) => nom);
    expect(names).toHaveLength(13);
    expect(names.slice(0, 2).sort()).toEqual(["Bretagne", "Pays de la Loire"]);
    expect(names.at(-1)).toBe("Île-de-France");
    // Planted: individual mammography is strongest in Île-de-France and Provence-Alpes-Côte d'Azur.
    const individual = [...rowsOf(notebook, "regions")].sort(
      (one, other) =>
        Number(other["individuelles"]) / Number(other["femmes"]) -
        Number(one["individuelles"]) / Number(one["femmes"]),
    );
    expect(
      individual
        .slice(0, 2)
        .map(({ nom }) => nom)
        .sort(),
    ).toEqual(["Provence-Alpes-Côte d'Azur et Corse", "Île-de-France"]);
  },

  "11-reste-a-charge": (notebook) => {
    const rates = rowsOf(notebook, "age")
      .filter(({ age_ben_snds }) => Number(age_ben_snds) >= 20)
      .map(({ taux }) => Number(taux));
    expect(rates).toHaveLength(7);
    expect(rates.every((rate, index) => index === 0 || rate < Number(rates[index - 1]))).toBe(true);
    // Planted: dépassements are highest in Île-de-France, then in Provence-Alpes-Côte d'Azur with Corse.
    const fees = [...rowsOf(notebook, "regions")].sort(
      (one, other) => Number(other["depassements"]) - Number(one["depassements"]),
    );
    expect(fees.slice(0, 2).map(({ ben_res_reg }) => ben_res_reg)).toEqual([11, 93]);
  },

  "12-une-specialite": (notebook) => {
    const regions = rowsOf(notebook, "regions");
    expect(regions).toHaveLength(13);
    expect(regions[0]).toMatchObject({ region: "Provence-Alpes-Côte d'Azur et Corse" });
    // Planted: technical acts first, and the hollow of August.
    expect(rowsOf(notebook, "actes")[0]).toMatchObject({ prs_nat: 1352 });
    expect(saidOf(notebook, "mois")).toMatch(/minimum [^(]+ \(1er août 2024\)/);
  },

  "13-qui-prescrit-vers-qui": (notebook) => {
    expect(rowsOf(notebook, "tri")[0]).toMatchObject({ prescripteur: "MEDECINE GENERALE" });
    const couples = rowsOf(notebook, "specialisation").map(
      ({ prescripteur, executant }) => `${prescripteur} > ${executant}`,
    );
    for (const couple of ["OPHTALMOLOGIE > ORTHOPTISTE", "CHIRURGIE > ANESTHESIOLOGIE - REANIMATION"]) {
      expect(couples).toContain(couple);
    }
  },

  "14-meteo-recours": (notebook) => {
    const [line] = rowsOf(notebook, "regression");
    // Planted: 1.2 % more a degree below the mean of the département, part of which the month takes away.
    expect(line?.["pente"]).toBeLessThan(-0.4);
    expect(line?.["pente"]).toBeGreaterThan(-1.4);
    const acts = rowsOf(notebook, "mois").map(({ mois, actes, jours }) => ({
      mois,
      day: Number(actes) / Number(jours),
    }));
    const least = acts.reduce((low, month) => (month.day < low.day ? month : low));
    expect(least.mois).toContain("août 2024");
    // The peak is the winter's, and the coldest month's.
    const most = acts.reduce((high, month) => (month.day > high.day ? month : high));
    expect(most.mois).toContain("février 2025");
    // Vaccination against influenza has a season of its own: planted, 2.6 times the usual in October.
    expect(saidOf(notebook, "vaccins")).toMatch(/maximum [^(]+ \(10\)/);
    const colder = rowsOf(notebook, "hiver").slice(0, 5);
    expect(colder.map(({ nom }) => nom)).toContain("Bas-Rhin");
    for (const { rapport } of colder) expect(rapport).toBeGreaterThan(125);
  },

  "15-accidents-soins": (notebook) => {
    expect(rowsOf(notebook, "regression")[0]?.["pente_basse"]).toBeGreaterThan(0);
    expect(rowsOf(notebook, "verification")[0]).toMatchObject({
      departements: 101,
      hors_des_departements: 0,
    });
    for (const { brut, retreci } of rowsOf(notebook, "retrecissement").slice(0, 3)) {
      expect(Number(retreci)).toBeLessThan(Number(brut));
    }
  },

  "16-lire-damir": (notebook) => {
    const gaps = rowsOf(notebook, "bilan").map(({ ecart_millions }) => Math.sign(Number(ecart_millions)));
    // What each trap does to a sum: adds, loses, loses, adds, loses, adds.
    expect(gaps).toEqual([1, -1, -1, 1, -1, 1]);
    expect(rowsOf(notebook, "libelles-juste")[0]).toMatchObject({ ecart: 0 });
  },

  // Nothing was planted: it must refuse the sample, and find the rest of its card in order.
  "17-publier": (notebook) => {
    const todo = (id: string, name: string) =>
      rowsOf(notebook, id).flatMap((row) => (row["avis"] === "à faire" ? [row[name]] : []));
    expect(todo("controle", "point")).toEqual(["données réelles"]);
    expect(rowsOf(notebook, "sources").map(({ publiable }) => publiable)).toEqual([
      "non : synthétique",
      "non : synthétique",
    ]);
    expect(rowsOf(notebook, "analyse")).toHaveLength(13);
  },

  // A file of one's own: no département is lost, and one without any structure counts zero.
  "18-ses-donnees": (notebook) => {
    expect(rowsOf(notebook, "verifier")[0]).toMatchObject({ lignes: 138, departements_inconnus: 0 });
    const groups = rowsOf(notebook, "damir").map(({ nombre }) => Number(nombre));
    expect(groups).toEqual([79, 22]);
  },
};
