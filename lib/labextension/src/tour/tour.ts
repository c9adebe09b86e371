import type { TranslationBundle } from "@jupyterlab/translation";
import { MessageLoop } from "@lumino/messaging";
import { unbroken } from "../french-spaces.js";

/** A stop of the tour. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** Shows what the stop is about. */
  readonly prepare: () => Promise<unknown>;
  /** Selector of what is pointed at; nothing is where it isn't on the page. */
  readonly target: string;
}

/**
 * A guided tour: a small box that goes from stop to stop and points at things, by mouse or keyboard (Escape leaves). The page stays usable
 * around it, and nothing of what it shows is clicked in the person's place.
 */
export class Tour {
  private readonly box = document.createElement("div");
  private readonly ring = document.createElement("div");
  private readonly former = document.activeElement;
  private index = 0;
  private readonly place = () => {
    this.placeRing();
  };

  constructor(
    private readonly steps: readonly TourStep[],
    private readonly trans: TranslationBundle,
    private readonly onEnd: () => void,
  ) {
    this.box.className = "damir-Tour";
    this.box.setAttribute("role", "dialog");
    this.box.setAttribute("aria-labelledby", "damir-tour-title");
    this.box.setAttribute("aria-describedby", "damir-tour-text");
    this.box.addEventListener("keydown", (event) => {
      // The page's own shortcuts don't hear what is typed here.
      event.stopPropagation();
      if (event.key === "Escape") this.end();
    });
    this.ring.className = "damir-Tour-ring";
    this.ring.hidden = true;
    window.addEventListener("resize", this.place);
    document.body.append(this.ring, this.box);
  }

  /** Goes to a stop. */
  async show(index = 0): Promise<void> {
    const step = this.steps[index];
    if (!step) {
      this.end();
      return;
    }
    this.index = index;
    await step.prepare();
    if (!this.box.isConnected) return;
    this.fillBox(step);
    document.querySelector(step.target)?.scrollIntoView({ block: "nearest" });
    // The page takes its time to lay out what was opened.
    requestAnimationFrame(() => {
      // What was opened asks for the focus when its turn comes: it has it first, and not while someone goes on in the box.
      MessageLoop.flush();
      this.placeRing();
      this.box.querySelector<HTMLElement>("h2")?.focus();
    });
  }

  /** Leaves the tour; the focus goes back to where it was. */
  end(): void {
    window.removeEventListener("resize", this.place);
    this.box.remove();
    this.ring.remove();
    if (this.former instanceof HTMLElement && this.former.isConnected) this.former.focus();
    this.onEnd();
  }

  private fillBox({ title, text }: TourStep): void {
    const { trans, index, steps } = this;
    const heading = document.createElement("h2");
    heading.id = "damir-tour-title";
    heading.tabIndex = -1;
    heading.textContent = trans.__("%1 (%2 sur %3)", title, index + 1, steps.length);
    const paragraph = document.createElement("p");
    paragraph.id = "damir-tour-text";
    paragraph.textContent = unbroken(text);
    const actions = document.createElement("div");
    actions.className = "damir-Tour-actions";
    const isLast = index === steps.length - 1;
    const go = (to: number) => () => void this.show(to);
    actions.append(this.button(isLast ? trans.__("Terminer") : trans.__("Suivant"), go(index + 1), true));
    if (index > 0) actions.append(this.button(trans.__("Précédent"), go(index - 1)));
    if (!isLast) {
      const leave = this.button(trans.__("Quitter la visite"), () => {
        this.end();
      });
      actions.append(leave);
    }
    this.box.replaceChildren(heading, paragraph, actions);
  }

  private button(label: string, run: () => void, isPrimary = false): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = isPrimary ? "damir-Button damir-mod-primary" : "damir-Button";
    button.textContent = label;
    button.addEventListener("click", run);
    return button;
  }

  private placeRing(): void {
    const target = document.querySelector(this.steps[this.index]?.target ?? "");
    const { left = 0, top = 0, right = 0, bottom = 0 } = target?.getBoundingClientRect() ?? {};
    this.ring.hidden = right === left || bottom === top;
    // What goes beyond the window is ringed as far as one sees it.
    const margin = 4;
    const [x, y] = [Math.max(left - margin, 0), Math.max(top - margin, 0)];
    Object.assign(this.ring.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${Math.min(right + margin, window.innerWidth) - x}px`,
      height: `${Math.min(bottom + margin, window.innerHeight) - y}px`,
    });
  }
}
