import { Widget } from "@lumino/widgets";
import type { NotebookPanel } from "@jupyterlab/notebook";

/** A button of a banner. */
export interface BannerAction {
  readonly label: string;
  readonly run: () => void;
}

/** A line above a notebook: what there is to know, and what one can do about it. */
export class NotebookBanner extends Widget {
  private readonly line = document.createElement("div");
  private readonly observer: ResizeObserver;

  constructor(text: string, actions: readonly BannerAction[]) {
    super();
    this.addClass("damir-Banner");
    this.line.className = "damir-Banner-line";
    this.line.setAttribute("role", "status");
    const message = document.createElement("span");
    message.className = "damir-Banner-text";
    message.textContent = text;
    this.line.append(message);
    for (const [index, { label, run }] of actions.entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = index === 0 ? "damir-Button damir-mod-primary" : "damir-Button";
      button.textContent = label;
      button.addEventListener("click", run);
      this.line.append(button);
    }
    this.node.append(this.line);
    // The layout gives a widget the height that its style asks for, never what its content needs; that changes with the width.
    this.observer = new ResizeObserver(() => {
      this.node.style.minHeight = `${this.line.offsetHeight}px`;
      this.parent?.fit();
    });
    this.observer.observe(this.line);
  }

  override dispose(): void {
    this.observer.disconnect();
    super.dispose();
  }

  /** Puts the banner under the notebook's toolbar. */
  showIn(panel: NotebookPanel): void {
    panel.contentHeader.addWidget(this);
  }
}
