import { randomUUID } from "node:crypto";
import { UserError } from "../user-error.js";
import type { Bundle } from "./bundle.js";
import { showIn, type DisplayTarget } from "./display-global.js";
import { escapeHtml } from "./record-table.js";

/** Milliseconds between two updates of a bar. */
const pace = 100;

/** Things whose number is known. */
type Countable<T> = Iterable<T> & ({ readonly length: number } | { readonly size: number });

/** The global `progress`. The cells' own declaration of it, with documentation, is in `language/globals.ts`. */
export interface ProgressFunction {
  (total: number, label?: string): Progress;
  <T>(items: Countable<T>, label?: string): Iterable<T>;
}

/** A bar that shows how far a piece of work has come, one output however often it moves. */
export class Progress {
  private readonly displayId = randomUUID();
  private readonly started = Date.now();
  private steps = 0;
  private shownAt = 0;
  private shownText: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param target the cell under which it is shown, if any
   * @throws {UserError} when the total isn't a number of steps
   */
  constructor(
    private readonly target: DisplayTarget | undefined,
    readonly total: number,
    private label: string,
  ) {
    if (!Number.isFinite(total) || total < 0) {
      throw new UserError(`progress attend le nombre d'étapes, 0 ou plus, pas ${String(total)}.`);
    }
    this.target?.beforeEnd(() => {
      this.show();
    });
    this.show();
  }

  /** Steps done so far. */
  get done(): number {
    return this.steps;
  }

  /** Moves on by some steps, one by default. */
  advance(steps = 1, label?: string): void {
    this.set(this.steps + steps, label);
  }

  /** Says how many steps are done, and what is being done. */
  set(done: number, label = this.label): void {
    this.steps = Math.min(Math.max(Number.isNaN(done) ? 0 : done, 0), this.total);
    this.label = label;
    const wait = this.shownAt + pace - Date.now();
    if (wait <= 0 || this.steps === this.total) this.show();
    else
      this.timer ??= setTimeout(() => {
        this.show();
      }, wait).unref();
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const share = this.total === 0 ? 1 : this.steps / this.total;
    const text = this.text(share);
    if (text === this.shownText || this.target === undefined) return;
    showIn(this.target, bar(share, text), {
      displayId: this.displayId,
      update: this.shownText !== undefined,
    });
    this.shownText = text;
    this.shownAt = Date.now();
  }

  private text(share: number): string {
    const count = (value: number): string => value.toLocaleString("fr-FR");
    const label = this.label === "" ? "" : `${this.label} : `;
    const elapsed = Math.round((Date.now() - this.started) / 1000);
    const left = share > 0 && share < 1 ? Math.round((elapsed / share) * (1 - share)) : 0;
    const times = [`${count(elapsed)} s`, ...(left > 0 ? [`encore ${count(left)} s`] : [])].join(", ");
    return `${label}${Math.floor(share * 100)} % (${count(this.steps)} sur ${count(this.total)}), ${times}`;
  }
}

/**
 * The global `progress`.
 * @param current the cell now running, if any
 */
export function progressFunction(current: () => DisplayTarget | undefined): ProgressFunction {
  function progress(total: number, label?: string): Progress;
  function progress<T>(items: Countable<T>, label?: string): Iterable<T>;
  function progress<T>(work: number | Countable<T>, label = ""): Progress | Iterable<T> {
    if (typeof work === "number") return new Progress(current(), work, label);
    const total: unknown =
      "length" in Object(work) ? Reflect.get(Object(work), "length") : Reflect.get(Object(work), "size");
    if (typeof total !== "number") {
      throw new UserError(
        "progress attend un nombre d'étapes, ou un tableau, un Set ou une Map à parcourir.",
      );
    }
    return followed(work, new Progress(current(), total, label));
  }
  return progress;
}

function* followed<T>(items: Iterable<T>, progress: Progress): Generator<T> {
  for (const item of items) {
    yield item;
    progress.advance();
  }
}

function bar(share: number, text: string): Bundle {
  const html =
    '<div style="display:flex;align-items:center;gap:0.75em">' +
    `<progress value="${(share * 100).toFixed(1)}" max="100" style="width:20em"></progress>` +
    `<span>${escapeHtml(text)}</span></div>`;
  return { data: { "text/html": html, "text/plain": text }, metadata: {} };
}
