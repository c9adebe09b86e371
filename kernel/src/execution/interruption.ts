import v8 from "node:v8";

/** The name of an interruption that Jupyter's tools know. */
export const interruptionName = "KeyboardInterrupt";

/** Thrown into a cell that the person interrupted. */
export class Interruption extends Error {
  override name = interruptionName;

  constructor() {
    super("cellule interrompue");
  }
}

/** Bytes the objects of the notebook may take: V8's limit as the kernel starts, which moves while the heap is full. */
const limit = v8.getHeapStatistics().heap_size_limit;

/** The name of the error of a full heap. */
export const heapFullName = "MemoryError";

/** Thrown into a cell that filled the memory JavaScript may take, so that the kernel lives on. */
export class HeapFull extends Error {
  override name = heapFullName;

  constructor() {
    super(
      `mémoire pleine : la cellule a été arrêtée, car les objets JavaScript du notebook approchent de la limite de ${gigabytes(limit)}. ` +
        "Les variables déjà remplies sont gardées : donnez une autre valeur (undefined) aux grandes dont vous n'avez plus besoin, " +
        "traitez les données par morceaux, ou redémarrez le noyau.",
    );
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toLocaleString("fr-FR", { maximumFractionDigits: 1 })} Gio`;
}
