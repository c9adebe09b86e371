/** A trap of the data that a query walks into, though it runs. */
export interface Warning {
  /** Name of the rule: what silences it. */
  readonly rule: string;
  /** What is wrong with the figures, in one sentence. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
}
