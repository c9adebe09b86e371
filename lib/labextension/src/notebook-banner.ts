import { Widget } from "@lumino/widgets";
import type { NotebookPanel } from "@jupyterlab/notebook";

/** A button of a banner. */
export interface BannerAction {
  readonly label: string;
  readonly run: () => void;
}

/** A line above a notebook: what there is to know, and what one can do about it. */
export class NotebookBanner extends Widget {
  constructor(text: string, actions: readonly BannerAction[]) {
    super();
    this.addClass("damir-Banner");
    this.node.setAttribute("role", "status");
    const message = document.createElement("span");
    message.className = "damir-Banner-text";
    message.textContent = text;
    this.node.append(message);
    for (const [index, { label, run }] of actions.entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = index === 0 ? "damir-Button damir-mod-primary" : "damir-Button";
      button.textContent = label;
      button.addEventListener("click", run);
      this.node.append(button);
    }
  }

  /** Puts the banner under the notebook's toolbar. */
  showIn(panel: NotebookPanel): void {
    panel.contentHeader.addWidget(this);
  }
}
