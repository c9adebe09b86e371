import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import type { Notebook } from "../check/check-report.js";

/** Name of the file that starters and many a notebook have: their folder says more. */
const plainName = "notebook";

/** The name that a notebook's page has in addresses when none is given: that of its file, or of its folder for a starter. */
export function slugOf(path: string): string {
  const name = basename(path).replace(/\.ipynb$/i, "");
  const telling = name === plainName ? basename(dirname(resolve(path))) : name;
  return telling
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100)
    .replace(/-+$/, "");
}

/**
 * Identifiers of the fork that a notebook is and of those it descends from, its own first: what tells two forks of one starter from
 * one another. They tell nothing of where or when they were made.
 */
export function forksOf({ metadata }: Pick<Notebook, "metadata">): string[] {
  const damir = record(metadata["damir"]);
  const last = record(damir?.["forkedFrom"]);
  if (!last) return [];
  const chain = Array.isArray(last["chain"]) ? (last["chain"] as unknown[]) : [];
  return [last, ...chain.map(record).reverse()].flatMap((fork) => {
    const parts = ["starter", "notebook", "sha256", "date"].map((name) => fork?.[name]);
    return parts.every((part) => typeof part === "string")
      ? [createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16)]
      : [];
  });
}

/**
 * The name of a new version: the day, and a number where that day has several.
 * @param known names of the versions that there are
 */
export function nextVersion(day: string, known: readonly string[]): string {
  if (!known.includes(day)) return day;
  for (let n = 2; ; n++) {
    if (!known.includes(`${day}-${n}`)) return `${day}-${n}`;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
