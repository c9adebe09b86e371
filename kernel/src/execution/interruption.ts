/** Thrown into a cell that the person interrupted. Its name is the one Jupyter's tools know. */
export class Interruption extends Error {
  override name = "KeyboardInterrupt";

  constructor() {
    super("cellule interrompue");
  }
}
