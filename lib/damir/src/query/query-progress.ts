import { randomUUID } from "node:crypto";

/** Milliseconds before a query is long enough to be followed. */
const patience = 2000;

/** Milliseconds between two looks at a query. */
const pace = 500;

/** Below this share, what remains can't be told from what has passed. */
const leastShare = 0.03;

/** Where a kernel keeps the signal of its running cell, aborted when that is interrupted. */
const signalName = Symbol.for("Jupyter.signal");

/** The kernel's function that shows a value, where there is a notebook. */
type Display = (
  bundle: Record<string, string>,
  options: { raw: true; displayId: string; update: boolean },
) => unknown;

function notebookDisplay(): Display | undefined {
  const display: unknown = Reflect.get(globalThis, "display");
  // The signal tells a kernel whose display replaces what it showed.
  const known = typeof display === "function" && signalName in globalThis;
  return known ? (display as Display) : undefined;
}

/**
 * Shows under the running cell how far a long query has come, from two seconds on, and takes it away when the query ends.
 * Where there is no notebook, nothing is shown.
 * @param share how much is done, from 0 to 1; undefined where the engine can't tell
 */
export async function withProgress<T>(share: () => number | undefined, work: () => Promise<T>): Promise<T> {
  const display = notebookDisplay();
  if (display === undefined) return work();
  const displayId = randomUUID();
  const begun = performance.now();
  const output: { shown: boolean; furthest: number | undefined } = { shown: false, furthest: undefined };
  const show = (done: number | undefined): void => {
    // Engines count anew at each of their steps: who waits isn't sent back.
    if (done !== undefined) output.furthest = Math.max(done, output.furthest ?? 0);
    display(bar(output.furthest, performance.now() - begun), { raw: true, displayId, update: output.shown });
    output.shown = true;
  };
  let timer = setTimeout(function look() {
    show(share());
    timer = setTimeout(look, pace);
  }, patience);
  const end = (): void => {
    clearTimeout(timer);
    if (!output.shown) return;
    output.shown = false;
    display({ "text/html": "", "text/plain": "" }, { raw: true, displayId, update: true });
  };
  // A cell that is interrupted ends before its query does: what it shows afterwards isn't seen.
  const signal: unknown = Reflect.get(globalThis, signalName);
  if (signal instanceof AbortSignal) signal.addEventListener("abort", end, { once: true });
  try {
    return await work();
  } finally {
    if (signal instanceof AbortSignal) signal.removeEventListener("abort", end);
    end();
  }
}

function bar(share: number | undefined, elapsed: number): Record<string, string> {
  const text = progressText(share, elapsed);
  const value = share === undefined ? "" : ` value="${share.toFixed(3)}"`;
  return {
    "text/html": `<label style="font-variant-numeric:tabular-nums"><progress max="1"${value}></progress> ${text}</label>`,
    "text/plain": text,
  };
}

/**
 * What is said of a query that is running.
 * @param elapsed milliseconds since it began
 */
export function progressText(share: number | undefined, elapsed: number): string {
  if (share === undefined || share < leastShare) return `Requête en cours depuis ${duration(elapsed)}`;
  const left = (elapsed / share) * (1 - share);
  return `Requête en cours : ${Math.floor(share * 100)} %, encore ${duration(left)} environ`;
}

function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 100) return `${seconds} s`;
  return `${Math.round(seconds / 60)} min`;
}
