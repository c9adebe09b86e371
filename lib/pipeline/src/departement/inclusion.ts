/**
 * Whether each value of one column stands with a single value of another: what lets the second be left out, or makes it
 * a grouping of the first.
 */
export class Inclusion {
  #groups = new Map<string, { group: string; line: number }>();
  /** The first line that puts a value in a second group. */
  conflict: { value: string; group: string; other: string; line: number; otherLine: number } | undefined;

  /** Takes one pair of values. */
  note(value: string, group: string, line: number): void {
    const known = this.#groups.get(value);
    if (!known) this.#groups.set(value, { group, line });
    else if (known.group !== group) {
      this.conflict ??= { value, group, other: known.group, line, otherLine: known.line };
    }
  }

  /** The group of each value, in the order they came. */
  get groups(): [value: string, group: string][] {
    return [...this.#groups].map(([value, { group }]) => [value, group]);
  }
}
