import jstat from "jstat";
import { UserError } from "../user-error.js";

/**
 * The 95 % interval of a count of rare, independent events (Poisson's law, exact limits by the chi-square).
 * Acts aren't independent events: the same person has several. Read it as the least that chance alone does.
 *
 * @param count events that were counted, 0 or more
 * @returns lower and upper limit, in events
 *
 * @example
 * poissonInterval(10); // [4.8, 18.4]
 * @throws UserError when the count is negative or not a number
 */
export function poissonInterval(count: number): [low: number, high: number] {
  if (!Number.isFinite(count) || count < 0) {
    throw new UserError(`Un effectif est un nombre positif ou nul ; ${count} n'en est pas un.`);
  }
  return [
    count === 0 ? 0 : jstat.jStat.chisquare.inv(0.025, 2 * count) / 2,
    jstat.jStat.chisquare.inv(0.975, 2 * count + 2) / 2,
  ];
}
