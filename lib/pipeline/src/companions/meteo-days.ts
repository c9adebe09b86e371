import { join } from "node:path";
import { dataFolder, readCsv, UserError } from "damir";
import { counted } from "../french-count.js";
import { TextLines } from "../formats/text-lines.js";
import { quoted, type TextSource } from "../formats/text-source.js";

/** Weather of a département on a day: means over its stations, null where none measured. */
export interface DepartementDay {
  /** `AAAA-MM-JJ`. */
  day: string;
  departement: string;
  /** Stations that measured at least one of the four. */
  stations: number;
  /** Decimal strings with two digits: millimetres, then °C. */
  rr: string | null;
  tn: string | null;
  tx: string | null;
  tm: string | null;
}

/** What was read of the station-days. */
export interface MeteoReport {
  /** Lines of the file. */
  stationDays: number;
  /** Values that Météo-France holds for doubtful, left out of the means. */
  doubtful: number;
  /** Stations of Corse whose commune isn't in our list: their département stays `20`. */
  unplaced: Set<string>;
}

const measures = ["rr", "tn", "tx", "tm"] as const;

/** Thousandths, added as whole numbers: the same file gives the same means whatever the order of its lines. */
interface Sums {
  stations: number;
  sum: [number, number, number, number];
  count: [number, number, number, number];
}

/** Means by département and day, of the daily files of Météo-France (`Q_<département>_…_RR-T-Vent.csv`). */
export class MeteoDays {
  readonly report: MeteoReport = { stationDays: 0, doubtful: 0, unplaced: new Set() };
  #days = new Map<string, Map<string, Sums>>();
  #departements = new Map<string, string>();
  #corse: ReadonlyMap<string, string> | undefined;

  constructor(private readonly source: TextSource) {}

  /**
   * Reads the file.
   * @returns a row a département and day
   * @throws UserError when it isn't such a file, or a field is wrong
   */
  async read(onRead: (read: number) => void): Promise<DepartementDay[]> {
    const lines = new TextLines(this.source, onRead);
    let line = 0;
    let names: string[] | undefined;
    let columns: number[] = [];
    for await (const batch of lines.batches()) {
      for (const text of batch) {
        line += 1;
        if (!names) {
          names = text.split(";").map((name) => name.trim().toUpperCase());
          columns = this.#columns(names, text);
        } else if (text !== "") this.#station(text.split(";"), columns, names.length, line);
      }
    }
    if (!names) throw new UserError(`${this.source.name} ne contient rien. Téléchargez-le de nouveau.`);
    if (this.report.stationDays === 0) {
      throw new UserError(
        `${this.source.name} ne contient que ses noms de colonnes, aucune donnée. Téléchargez-le de nouveau.`,
      );
    }
    return this.#means();
  }

  /** Positions of the station, the day, then each measure and its quality code. */
  #columns(names: string[], line: string): number[] {
    const wanted = ["NUM_POSTE", "AAAAMMJJ", ...measures.map((name) => name.toUpperCase())];
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new UserError(
        `${this.source.name} n'est pas un fichier quotidien de Météo-France (Q_<département>_…_RR-T-Vent.csv.gz) : il manque ${missing.join(", ")}. Sa première ligne : ${quoted(line)}.`,
      );
    }
    return [
      names.indexOf("NUM_POSTE"),
      names.indexOf("AAAAMMJJ"),
      ...measures.flatMap((name) => [
        names.indexOf(name.toUpperCase()),
        names.indexOf(`Q${name.toUpperCase()}`),
      ]),
    ];
  }

  #station(fields: string[], columns: number[], expected: number, line: number): void {
    const place = `${this.source.name}, ligne ${line}`;
    if (fields.length !== expected) {
      throw new UserError(
        `${place} : ${counted(fields.length, "champ")} pour ${expected} attendus d'après la première ligne. Le fichier est tronqué ou abîmé : téléchargez-le de nouveau.`,
      );
    }
    this.report.stationDays += 1;
    const sums = this.#sumsOf(fields[columns[0] ?? 0] ?? "", fields[columns[1] ?? 0] ?? "", place);
    let measured = false;
    for (let index = 0; index < measures.length; index++) {
      const text = fields[columns[2 + 2 * index] ?? 0] ?? "";
      if (text === "" || text === "mq") continue;
      const quality = columns[3 + 2 * index] ?? -1;
      if (quality >= 0 && fields[quality]?.trim() === "2") {
        this.report.doubtful += 1;
        continue;
      }
      const value = Math.round(Number(text) * 1_000);
      if (!Number.isFinite(value) || text.trim() === "") {
        throw new UserError(
          `${place}, champ ${measures[index]?.toUpperCase() ?? ""} : ${quoted(text)} n'est pas un nombre. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
        );
      }
      (sums.sum[index] as number) += value;
      (sums.count[index] as number) += 1;
      measured = true;
    }
    if (measured) sums.stations += 1;
  }

  #sumsOf(station: string, day: string, place: string): Sums {
    let departement = this.#departements.get(station);
    if (departement === undefined) {
      departement = this.#departementOf(station.trim(), place);
      this.#departements.set(station, departement);
    }
    const days = this.#days.get(departement) ?? new Map<string, Sums>();
    this.#days.set(departement, days);
    let sums = days.get(day);
    if (!sums) {
      requireDay(day, place);
      sums = { stations: 0, sum: [0, 0, 0, 0], count: [0, 0, 0, 0] };
      days.set(day, sums);
    }
    return sums;
  }

  /** A station's number starts with the INSEE code of its commune, Corse under its number of before 1976. */
  #departementOf(station: string, place: string): string {
    if (!/^\d{7,8}$/.test(station)) {
      throw new UserError(
        `${place}, champ NUM_POSTE : ${quoted(station)} n'est pas un numéro de poste (huit chiffres). Téléchargez de nouveau le fichier.`,
      );
    }
    const number = station.padStart(8, "0");
    if (/^9[78]/.test(number)) return number.slice(0, 3);
    if (!number.startsWith("20")) return number.slice(0, 2);
    this.#corse ??= new Map(
      readCsv(join(dataFolder, "geography", "communes-corse.csv")).map((row) => [
        row["numero"] ?? "",
        row["departement"] ?? "",
      ]),
    );
    const departement = this.#corse.get(number.slice(2, 5));
    if (departement === undefined) this.report.unplaced.add(number);
    return departement ?? "20";
  }

  #means(): DepartementDay[] {
    return [...this.#days].flatMap(([departement, days]) =>
      [...days].map(([day, { stations, sum, count }]) => {
        const mean = (index: 0 | 1 | 2 | 3) =>
          count[index] === 0 ? null : (sum[index] / count[index] / 1_000).toFixed(2);
        return {
          day: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`,
          departement,
          stations,
          rr: mean(0),
          tn: mean(1),
          tx: mean(2),
          tm: mean(3),
        };
      }),
    );
  }
}

function requireDay(text: string, place: string): void {
  const [, year = "", month = "", day = ""] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw new UserError(
      `${place}, champ AAAAMMJJ : ${quoted(text)} n'est pas un jour. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
    );
  }
}
