/** Thrown where a cell asks the kernel's process to end. */
export class ExitRefused extends Error {
  override name = "ExitRefused";

  constructor(call: string) {
    super(
      `${call} arrêterait le noyau et perdrait toutes vos variables : l'appel est refusé. ` +
        "Pour arrêter une cellule, lancez une erreur (throw) ; pour arrêter le noyau, utilisez le menu Noyau.",
    );
  }
}

/** Ends the process for real, whatever cells have been told. */
export const endProcess: (code: number) => never = process.exit.bind(process) as (code: number) => never;

/** Makes `process.exit` and its siblings throw {@link ExitRefused}. */
export function refuseExit(): void {
  const refuse = (call: string) => (): never => {
    throw new ExitRefused(call);
  };
  process.exit = refuse("process.exit()");
  process.abort = refuse("process.abort()");
  Object.defineProperty(process, "reallyExit", { value: endProcess, configurable: true });
}
