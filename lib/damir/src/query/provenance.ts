import { appendFileSync } from "node:fs";
import type { StoreTable } from "../store.js";

/** Where the rows of a result come from: one entry a table that its query read. */
export interface Source {
  /** Name of the view. */
  table: string;
  title: string;
  producer: string;
  licence: string;
  /** Day of the last update of the published data, `AAAA-MM-JJ`. */
  updated?: string;
  /** Last month of processing that the table holds, `AAAAMM`, where it is kept by month. */
  lastMonth?: string;
  synthetic: boolean;
}

export function sourceOf(table: string, description: StoreTable): Source {
  const { title, producer, licence, updated, synthetic, files } = description;
  const lastMonth = files
    .flatMap(({ month }) => month ?? [])
    .sort()
    .at(-1);
  return {
    table,
    title,
    producer,
    licence,
    synthetic,
    ...(updated === undefined ? {} : { updated }),
    ...(lastMonth === undefined ? {} : { lastMonth }),
  };
}

/** Stands for rows whose origin a query doesn't tell: they are marked wherever generated rows are within its reach. */
export function untracedSource(synthetic: boolean): Source {
  return { table: "origine non suivie", title: "Origine non suivie", producer: "", licence: "", synthetic };
}

/** True when any of the tables was generated: whatever is drawn from them must say so. */
export function isSynthetic(sources: readonly Source[]): boolean {
  return sources.some((source) => source.synthetic);
}

/** Code lists and geography explain a result; they aren't what it measures, and would drown the source line. */
function isReference(source: Source): boolean {
  return /^(nomenclature_|dictionnaire|postes$|prs_nat_postes$|departements$|regions$|caisses$|geographie$|passage_specialites$)/.test(
    source.table,
  );
}

/**
 * The source line that licences ask for, in French, with the « données synthétiques » mark where due.
 * Empty when nothing is known of the rows.
 */
export function sourceLine(sources: readonly Source[]): string {
  const data = sources.filter((source) => !isReference(source));
  const cited = data.length > 0 ? data : sources;
  const observed = cited
    .filter((source) => !source.synthetic)
    .map(({ title, producer, updated }) =>
      [title, citation(producer, updated)].filter((part) => part !== "").join(" "),
    );
  const synthetic = cited.filter((source) => source.synthetic).map(({ table }) => table);
  return [
    ...(observed.length > 0 ? [`Source : ${observed.join(" ; ")}`] : []),
    ...(synthetic.length > 0 ? [`DONNÉES SYNTHÉTIQUES, à ne pas publier : ${synthetic.join(", ")}`] : []),
  ].join(" · ");
}

function citation(producer: string, updated: string | undefined): string {
  const parts = [producer, updated === undefined ? "" : `mise à jour ${updated}`].filter(
    (part) => part !== "",
  );
  return parts.length > 0 ? `(${parts.join(", ")})` : "";
}

let syntheticSeen = false;

/**
 * Remembers that a query of this process read generated rows. Where `DAMIR_READ_LOG` names a file, it takes one JSON line a table
 * that was read, code lists left out: a page made from a notebook cites what its queries read, not what its author remembers.
 */
export function noteRead(sources: readonly Source[]): void {
  syntheticSeen ||= isSynthetic(sources);
  const log = process.env["DAMIR_READ_LOG"];
  if (log === undefined || log === "") return;
  const data = sources.filter((source) => !isReference(source));
  if (data.length > 0) appendFileSync(log, data.map((source) => `${JSON.stringify(source)}\n`).join(""));
}

/**
 * The source line of rows whose origin isn't known, such as an array the user made: where generated rows have been read
 * before, they may be in it, and a doubt must show.
 */
export function unknownSourceLine(): string {
  return syntheticSeen
    ? "Lignes calculées dans un notebook qui a lu des DONNÉES SYNTHÉTIQUES, à ne pas publier"
    : "";
}
