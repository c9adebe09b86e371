import { join } from "node:path";
import { dataFolder, readCsv, UserError } from "damir";
import { Inclusion } from "./inclusion.js";

/**
 * The geography of the R tables: caisse ⊂ département ⊂ région. Writes the département as the store does, and makes sure that
 * the région, which the store leaves out, follows from it.
 */
export class CaisseGeography {
  readonly caisses = new Inclusion();
  readonly regions = new Inclusion();
  #normalised = new Map<string, string>();
  #home: ReadonlyMap<string, string>;
  #regionsOf: ReadonlyMap<string, readonly string[]>;

  constructor() {
    this.#home = new Map(rows("caisses").map((row) => [row["cpam"] ?? "", row["departement"] ?? ""]));
    this.#regionsOf = new Map(
      rows("departements").map((row) => [
        row["departement"] ?? "",
        [row["region_avant_2016"] ?? "", row["region"] ?? ""],
      ]),
    );
  }

  /**
   * The département of a row.
   * @param published `01`, or `1` once a spreadsheet has been there; `5N`, `5-` or `5` for the Nord, whose label is `5-Nord`
   * @returns `01`, `2A`, `971`; what isn't a département of France as it was published
   */
  departement(cpam: string, published: string, line: number): string {
    const key = `${cpam}/${published}`;
    let departement = this.#normalised.get(key);
    if (departement === undefined) {
      departement = this.#normalise(cpam, published.trim().toUpperCase());
      this.#normalised.set(key, departement);
    }
    this.caisses.note(cpam, departement, line);
    return departement;
  }

  /** Takes the région of a row. */
  noteRegion(departement: string, region: string, label: string, line: number): void {
    const code = region.trim().padStart(2, "0");
    this.regions.note(departement, label === "" ? code : `${code} ${label.trim()}`, line);
  }

  /** @throws UserError when a département stands in two régions: leaving the région out would lose something */
  requireRegions(file: string): void {
    const conflict = this.regions.conflict;
    if (!conflict) return;
    throw new UserError(
      `${file}, ligne ${conflict.line}, champ region : le département ${conflict.value} est dans la région « ${conflict.group} », alors que la ligne ${conflict.otherLine} le met dans « ${conflict.other} ». L'import ne garde que le département et perdrait cette différence ; s'il n'a pas été modifié, téléchargez de nouveau le fichier.`,
    );
  }

  /** What differs from the project's geography, a French sentence each. */
  notes(): string[] {
    const notes: string[] = [];
    const { conflict } = this.caisses;
    if (conflict) {
      notes.push(
        `La caisse ${conflict.value} est dans le département ${conflict.other} (ligne ${conflict.otherLine}) et dans ${conflict.group} (ligne ${conflict.line}) : l'un et l'autre sont gardés.`,
      );
    }
    const moved = this.caisses.groups.filter(
      ([cpam, departement]) => this.#home.has(cpam) && this.#home.get(cpam) !== departement,
    );
    if (moved.length > 0) {
      const list = moved.map(
        ([cpam, departement]) => `${cpam} dans ${departement} et non ${this.#home.get(cpam) ?? ""}`,
      );
      notes.push(`Caisses dont le département n'est pas celui de notre table : ${list.join(", ")}.`);
    }
    const strangers = this.caisses.groups.filter(([, departement]) => !this.#regionsOf.has(departement));
    if (strangers.length > 0) {
      const list = [...new Set(strangers.map(([, departement]) => departement || "(vide)"))];
      notes.push(`Départements inconnus de notre table, gardés tels quels : ${list.join(", ")}.`);
    }
    const elsewhere = this.regions.groups.filter(([departement, region]) => {
      const expected = this.#regionsOf.get(departement);
      return expected !== undefined && !expected.includes(region.slice(0, 2));
    });
    if (elsewhere.length > 0) {
      const list = elsewhere.map(([departement, region]) => `${departement} dans « ${region} »`);
      notes.push(`Départements dont la région n'est pas celle de notre table : ${list.join(", ")}.`);
    }
    return notes;
  }

  #normalise(cpam: string, published: string): string {
    if (/^5(N|-.*)$/.test(published)) return "59";
    const padded = /^\d$/.test(published) ? `0${published}` : published;
    // "5" alone is the Nord as well as the Hautes-Alpes: the caisse tells which.
    if (padded === "05" && this.#home.get(cpam) === "59") return "59";
    return padded;
  }
}

function rows(name: string): Record<string, string>[] {
  return readCsv(join(dataFolder, "geography", `${name}.csv`));
}
