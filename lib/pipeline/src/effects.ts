/** What the pipeline does to the world around it, apart from files: the callers pass their own. */
export interface PipelineEffects {
  /** Tells the user something that stays on screen: one French sentence. */
  report(message: string): void;
  /** Tells how far a long step is. Called often; `done` and `total` are in the same unit, bytes of the source. */
  progress(step: string, done: number, total: number): void;
  /** The present, written in the manifest. */
  now(): Date;
}

/** Says nothing: what a program that only wants the result passes. */
export const silentEffects: PipelineEffects = {
  report: () => undefined,
  progress: () => undefined,
  now: () => new Date(),
};
