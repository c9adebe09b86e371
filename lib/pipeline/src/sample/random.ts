import { randomLcg, randomNormal } from "d3-random";

/** Pseudo-random draws: the same seed always gives the same sequence. */
export class Random {
  readonly #next: () => number;
  readonly #normal: () => number;

  /** @param seed any text: each table and month has its own, so that a change in one leaves the others alone */
  constructor(seed: string) {
    this.#next = randomLcg(fractionFromText(seed));
    // The first draws of a linear congruential generator stay close to its seed.
    for (let draw = 0; draw < 16; draw++) this.#next();
    this.#normal = randomNormal.source(this.#next)(0, 1);
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    return this.#next();
  }

  /** Standard normal. */
  normal(): number {
    return this.#normal();
  }

  /** Log-normal of median 1. */
  around(sigma: number): number {
    return Math.exp(sigma * this.#normal());
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number whose mean is `value`: 2.3 gives 2 or 3. */
  round(value: number): number {
    return Math.floor(value + this.#next());
  }

  /** One of these values, by its weight. */
  pick<T>(choice: Choice<T>): T {
    return choice.at(this.#next());
  }
}

/** Values with weights. */
export class Choice<T> {
  readonly #values: T[];
  readonly #bounds: number[] = [];

  constructor(weights: Iterable<readonly [T, number]>) {
    const entries = [...weights];
    this.#values = entries.map(([value]) => value);
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let bound = 0;
    for (const [, weight] of entries) this.#bounds.push((bound += weight / total));
  }

  /** The value at this quantile, 0 to 1. */
  at(quantile: number): T {
    const index = this.#bounds.findIndex((bound) => quantile < bound);
    const value = this.#values[index < 0 ? this.#values.length - 1 : index];
    if (value === undefined) throw new Error("A choice without values");
    return value;
  }
}

/** FNV-1a with a final mix: texts that differ by one character give fractions far apart. */
function fractionFromText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
