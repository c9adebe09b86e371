import { UserError } from "damir";
import { lockStore } from "../store-lock.js";
import type { FetchEffects } from "./fetch-effects.js";

const pause = 500;

/**
 * Does something that one process at a time may do, waiting for its turn. The lock of a process that died is taken over.
 * @param path the lock's file
 * @param waiting what to tell the user when another process holds it, once
 */
export async function inTurn<T>(
  path: string,
  waiting: string,
  effects: FetchEffects,
  task: () => Promise<T>,
): Promise<T> {
  const unlock = await lockWhenFree(path, waiting, effects);
  // A command that is interrupted ends by process.exit.
  process.once("exit", unlock);
  try {
    return await task();
  } finally {
    process.removeListener("exit", unlock);
    unlock();
  }
}

async function lockWhenFree(path: string, waiting: string, effects: FetchEffects): Promise<() => void> {
  for (let told = false; ; told = true) {
    try {
      return lockStore(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!told) effects.report(waiting);
      await effects.wait(pause);
    }
  }
}
