import { jupyterDisplay, type Displayable, type DisplayData } from "../display.js";
import { escapeHtml } from "../html.js";
import type { Warning } from "../query/warning.js";

/** Warnings as a notebook shows them: what is wrong, what to write instead, how to silence it. */
export class Notice implements Displayable {
  constructor(readonly warnings: readonly Warning[]) {}

  toString(): string {
    return this.warnings
      .map(({ rule, why, instead }) => `Attention (${rule}) : ${why}\n  → ${instead}`)
      .concat(this.#silencing())
      .join("\n");
  }

  #silencing(): string {
    const rules = this.warnings.map(({ rule }) => JSON.stringify(rule)).join(", ");
    return `  C'est voulu ? damir.sql\`…\`.silence(${rules})`;
  }

  [jupyterDisplay](): DisplayData {
    const items = this.warnings.map(
      ({ rule, why, instead }) =>
        `<p style="margin:.3em 0"><strong>Attention</strong> <code>${escapeHtml(rule)}</code> ${escapeHtml(why)}<br>→ ${escapeHtml(instead)}</p>`,
    );
    return {
      data: {
        "text/html": [
          '<div role="note" class="damir-warning" style="border-left:.3em solid #d97706;padding:.2em .8em;margin:.4em 0;max-width:70em">',
          ...items,
          `<p style="margin:.3em 0;font-size:85%;opacity:.8"><code>${escapeHtml(this.#silencing().trim())}</code></p></div>`,
        ].join(""),
        "text/plain": this.toString(),
      },
    };
  }
}

/** What was shown during a run of a cell. It is forgotten with the run: a cell that runs again shows its warnings again. */
const shownByRun = new WeakMap<object, Set<string>>();

/** Outside a notebook, the process is the run. */
const process = {};

/**
 * Shows warnings at once, where the query ran: above what the cell shows of its result, and also when the result is only drawn or
 * computed with. A query in a loop shows them once.
 */
export function showWarnings(warnings: readonly Warning[], query: string): void {
  const run: unknown = Reflect.get(globalThis, Symbol.for("Jupyter.signal"));
  const key = run instanceof AbortSignal ? run : process;
  const shown = shownByRun.get(key) ?? new Set<string>();
  shownByRun.set(key, shown);
  const fresh = warnings.filter(({ rule }) => !shown.has(`${rule}\n${query}`));
  if (fresh.length === 0) return;
  for (const { rule } of fresh) shown.add(`${rule}\n${query}`);
  const notice = new Notice(fresh);
  const display: unknown = key === run ? Reflect.get(globalThis, "display") : undefined;
  if (typeof display === "function") (display as (value: Displayable) => unknown)(notice);
  else console.warn(notice.toString());
}
