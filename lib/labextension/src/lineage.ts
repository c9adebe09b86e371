/** One notebook that a fork descends from. */
export interface Ancestor {
  /** Slug of the starter it all began with; empty when the first notebook was not a starter. */
  readonly starter: string;
  /** Path of the notebook that was copied, from the root of the file browser. */
  readonly notebook: string;
  /** SHA-256 of that notebook's file, in hexadecimal: what `sha256sum` prints. */
  readonly sha256: string;
  /** Day and time of the fork, ISO 8601 in UTC. */
  readonly date: string;
}

/** What a fork keeps in its metadata, as `damir.forkedFrom`. */
export interface Lineage extends Ancestor {
  /** Earlier forks, oldest first; empty for a fork of a starter. */
  readonly chain: readonly Ancestor[];
}

/** A notebook's file, as far as forks are concerned. */
export interface ForkableNotebook {
  metadata: Record<string, unknown>;
  cells: readonly { readonly metadata: Readonly<Record<string, unknown>> }[];
}

function isAncestor(value: unknown): value is Ancestor {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ["starter", "notebook", "sha256", "date"].every((name) => typeof fields[name] === "string");
}

/** The lineage that a notebook's metadata tells; undefined for one that is no fork, or that was tampered with. */
export function lineageOf(metadata: Readonly<Record<string, unknown>>): Lineage | undefined {
  const damir = metadata["damir"];
  if (typeof damir !== "object" || damir === null) return undefined;
  const value = (damir as Record<string, unknown>)["forkedFrom"];
  if (!isAncestor(value)) return undefined;
  const chain = (value as Partial<Lineage>).chain;
  return { ...value, chain: Array.isArray(chain) ? chain.filter(isAncestor) : [] };
}

/** The first notebook of a lineage: the starter, when it began with one. */
export function origin(lineage: Lineage): Ancestor {
  return lineage.chain[0] ?? lineage;
}

/**
 * A notebook with its new lineage; the given one is left as it is, and so is every other metadata.
 * @param ancestor the notebook that is copied
 */
export function withLineage<T extends ForkableNotebook>(notebook: T, ancestor: Ancestor): T {
  const earlier = lineageOf(notebook.metadata);
  const chain: Ancestor[] = earlier ? [...earlier.chain, withoutChain(earlier)] : [];
  const forkedFrom: Lineage = { ...ancestor, starter: earlier?.starter || ancestor.starter, chain };
  const damir = notebook.metadata["damir"];
  return {
    ...notebook,
    metadata: {
      ...notebook.metadata,
      damir: { ...(typeof damir === "object" ? damir : {}), forkedFrom },
    },
  };
}

function withoutChain({ starter, notebook, sha256, date }: Ancestor): Ancestor {
  return { starter, notebook, sha256, date };
}

/**
 * Name of the nth copy of a notebook, without its folder.
 * @example forkName("01-densite-medicale", 2) // "01-densite-medicale-2.ipynb"
 */
export function forkName(stem: string, n: number): string {
  return n === 1 ? `${stem}.ipynb` : `${stem}-${n}.ipynb`;
}

/** Stem of a fork's name: the starter's slug, or the copied file's own name without its number of copy. */
export function forkStem(path: string, slug: string | undefined): string {
  if (slug !== undefined) return slug;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.ipynb$/, "").replace(/-\d+$/, "");
}

/** Index of the cell tagged `parametres`; -1 without one. */
export function parametersCell({ cells }: Pick<ForkableNotebook, "cells">): number {
  return cells.findIndex(({ metadata }) => {
    const tags = metadata["tags"];
    return Array.isArray(tags) && tags.includes("parametres");
  });
}
