import type { TranslationBundle } from "@jupyterlab/translation";
import type { Drawing } from "./drawing.js";
import { copyPicture, download } from "./picture.js";

/**
 * The buttons beside a chart or a table. One stop of the tab key for them all, arrows between them; seen when the pointer or the focus is there.
 * @param enlarge shows the drawing in the whole window; left out where it is shown so already
 */
export function drawingToolbar(
  drawing: Drawing,
  trans: TranslationBundle,
  enlarge?: () => unknown,
): HTMLDivElement {
  const bar = document.createElement("div");
  bar.className = `damir-Tools damir-mod-${drawing.kind}`;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute(
    "aria-label",
    drawing.title === "" ? trans.__("Emporter ce dessin") : trans.__("Emporter « %1 »", drawing.title),
  );
  // Keys pressed on a button aren't the notebook's.
  bar.dataset["lmSuppressShortcuts"] = "true";
  const status = document.createElement("span");
  status.className = "damir-Tools-status";
  status.setAttribute("role", "status");

  const add = (text: string, name: string, done: string, work: () => unknown) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.tabIndex = bar.children.length === 0 ? 0 : -1;
    button.addEventListener("click", () => {
      status.textContent = "";
      Promise.resolve()
        .then(work)
        .then(
          () => {
            status.textContent = done;
          },
          (error: unknown) => {
            status.textContent = trans.__("%1 : impossible (%2)", name, reason(error));
          },
        );
    });
    bar.append(button);
  };

  if (enlarge) add(trans.__("Agrandir"), trans.__("Agrandir à toute la fenêtre"), "", enlarge);
  add(trans.__("Copier"), trans.__("Copier l'image"), trans.__("Image dans le presse-papiers"), async () => {
    if (!("ClipboardItem" in window)) {
      throw new Error(
        trans.__("le navigateur n'ouvre son presse-papiers qu'aux pages en https ; téléchargez le PNG"),
      );
    }
    await copyPicture(drawing.png());
  });
  const files = {
    PNG: async (name: string) => {
      download(await drawing.png(), name);
    },
    SVG: async (name: string) => {
      download(new Blob([await drawing.svg()], { type: "image/svg+xml" }), name);
    },
  };
  for (const [format, save] of Object.entries(files)) {
    const name = drawing.fileName(format.toLowerCase());
    add(format, trans.__("Télécharger en %1", format), trans.__("Enregistré : %1", name), () => save(name));
  }
  const csv = drawing.fileName("csv");
  add("CSV", trans.__("Télécharger les données montrées en CSV"), trans.__("Enregistré : %1", csv), () => {
    drawing.saveCsv();
  });
  bar.append(status);
  bar.addEventListener("keydown", moveFocus);
  return bar;
}

function moveFocus(event: KeyboardEvent): void {
  const bar = event.currentTarget as HTMLElement;
  const buttons = [...bar.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: buttons.length - 1,
  }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const next = buttons[(to + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next?.focus();
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
