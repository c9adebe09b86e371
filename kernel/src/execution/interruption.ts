/** The name of an interruption that Jupyter's tools know. */
export const interruptionName = "KeyboardInterrupt";

/** Thrown into a cell that the person interrupted. */
export class Interruption extends Error {
  override name = interruptionName;

  constructor() {
    super("cellule interrompue");
  }
}
