/** How far the work under a cell has come, as it says itself. */
export interface ShownProgress {
  /** From 0 to 1; undefined where it can't tell. */
  readonly share: number | undefined;
  /** Its own words, such as « Requête en cours : 45 %, encore 30 s environ ». */
  readonly text: string;
}

/** The last bar that an output shows: that of a long query, or of a loop followed with `progress`. */
export function shownProgress(output: Element): ShownProgress | undefined {
  const bar = [...output.querySelectorAll("progress")].at(-1);
  if (!bar) return undefined;
  return {
    share: bar.hasAttribute("value") ? bar.position : undefined,
    text: bar.parentElement?.textContent.trim().replace(/\s+/g, " ") ?? "",
  };
}

/** « 8 s », « 2 min 05 s », « 1 h 02 min ». */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min ${two(seconds % 60)}\u00a0s`;
  return `${Math.floor(minutes / 60)}\u00a0h ${two(minutes % 60)}\u00a0min`;
}
