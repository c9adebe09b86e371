import { ServerConnection, type Contents } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { lineageOf, origin, type Ancestor } from "../lineage.js";
import { compareCells, type CellChange, type ComparedCell } from "./notebook-diff.js";

/** A notebook's content, as its file and its model give it. */
export interface NotebookContent {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly {
    readonly id?: unknown;
    readonly cell_type: string;
    readonly source: string | readonly string[];
  }[];
}

/** A fork beside the notebook it began with. */
export interface Comparison {
  /** Path of the fork. */
  readonly fork: string;
  readonly original: Ancestor;
  /** Whether the original's file is no longer what was forked. */
  readonly isUpdated: boolean;
  /** Whether it took more than one fork to come here. */
  readonly isDistant: boolean;
  readonly changes: readonly CellChange[];
}

/**
 * Compares a fork with the notebook that its lineage begins with, as its file is now: earlier versions aren't kept.
 * @param fork path of the fork
 * @param content what the fork is now, saved or not
 * @throws Error in the person's language, when it isn't a fork or its original is gone
 */
export async function readComparison(
  contents: Contents.IManager,
  trans: TranslationBundle,
  fork: string,
  content: NotebookContent,
): Promise<Comparison> {
  const lineage = lineageOf(content.metadata);
  if (!lineage) {
    throw new Error(trans.__("« %1 » n'est pas un fork : il n'y a pas d'original à qui le comparer.", fork));
  }
  const original = origin(lineage);
  const file = await contents
    .get(original.notebook, { type: "notebook", content: true, hash: true })
    .catch((error: unknown) => {
      if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
        throw new Error(
          trans.__(
            "L'original, « %1 », n'est plus là : il n'y a rien à quoi comparer ce fork.",
            original.notebook,
          ),
        );
      }
      throw error;
    });
  return {
    fork,
    original,
    isUpdated: original.sha256 !== "" && file.hash !== original.sha256,
    isDistant: lineage.chain.length > 0,
    changes: compareCells(cellsOf(file.content as NotebookContent), cellsOf(content)),
  };
}

function cellsOf({ cells }: NotebookContent): ComparedCell[] {
  return cells.map(({ id, cell_type, source }) => ({
    ...(typeof id === "string" ? { id } : {}),
    type: cell_type,
    source: typeof source === "string" ? source : source.join(""),
  }));
}
