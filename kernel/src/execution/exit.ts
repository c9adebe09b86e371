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

/**
 * Ends the process for real, after the `exit` listeners of cells and packages. By a signal, as an orderly exit can wait for
 * ever for ZeroMQ, which two threads use.
 */
export function endProcess(): void {
  try {
    process.emit("exit", 0);
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}

/** Makes `process.exit` and its siblings throw {@link ExitRefused}. */
export function refuseExit(): void {
  const refuse = (call: string) => (): never => {
    throw new ExitRefused(call);
  };
  process.exit = refuse("process.exit()");
  process.abort = refuse("process.abort()");
}
