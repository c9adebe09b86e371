import { setTimeout as sleep } from "node:timers/promises";
import { silentEffects, type PipelineEffects } from "../effects.js";

/** What fetching does to the world: the callers pass their own. */
export interface FetchEffects extends PipelineEffects {
  /**
   * Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read, and `DAMIR_MIRROR`: the address of a mirror that serves
   * `https://host/path` as `<mirror>/host/path`.
   */
  env: NodeJS.ProcessEnv;
  /** Lets time pass before trying again, in milliseconds. */
  wait(duration: number): Promise<void>;
}

/** Says nothing, waits for real. */
export const silentFetchEffects: FetchEffects = {
  ...silentEffects,
  env: process.env,
  wait: (duration) => sleep(duration),
};
