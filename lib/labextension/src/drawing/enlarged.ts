import { Widget } from "@lumino/widgets";
import { MimeModel, type IRenderMime, type IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { TranslationBundle } from "@jupyterlab/translation";
import { chartDrawing, type Drawing } from "./drawing.js";
import { drawingToolbar } from "./toolbar.js";
import { vegaLiteType, viewOf, type Spec, type VegaView } from "./vega-view.js";
import { followZoomedPointer } from "./zoomed-pointer.js";

/** A chart isn't enlarged beyond this: a few bars as large as a wall say nothing more. */
const mostZoom = 4;

/** Nor made smaller than this to fit the window's width: its texts would be hard to read. It scrolls then. */
const leastZoom = 0.7;

/** What is shown in the whole window. */
interface Enlarged {
  readonly dialog: HTMLDialogElement;
  readonly stage: HTMLElement;
}

/**
 * Shows a chart in the whole window, as large as it goes, with the choices and selections of its reader. It is drawn anew in SVG, sharp at any size.
 * @param original view of the chart in the notebook
 */
export async function enlargeChart(
  registry: IRenderMimeRegistry,
  trans: TranslationBundle,
  spec: Spec,
  original: VegaView,
): Promise<void> {
  const renderer: IRenderMime.IRenderer = registry.createRenderer(vegaLiteType);
  await renderer.renderModel(
    new MimeModel({
      data: { [vegaLiteType]: spec as never, "image/png": "" },
      metadata: { [vegaLiteType]: { embed_options: { renderer: "svg" } } },
      trusted: true,
    }),
  );
  const view = viewOf(renderer);
  if (!view) throw new Error("JupyterLab did not draw the chart");
  view.setState(original.getState());
  const { dialog, stage } = openDialog(chartDrawing(view, spec), trans);
  const zoomed = document.createElement("div");
  zoomed.className = "damir-Enlarged-zoomed";
  stage.append(zoomed);
  Widget.attach(renderer, zoomed);
  let scale = 1;
  const fit = () => {
    const { scrollWidth: width, scrollHeight: height } = renderer.node;
    const { clientWidth, clientHeight } = stage;
    const whole = Math.min(clientWidth / width, clientHeight / height);
    const inWidth = Math.min(1, Math.max(clientWidth / width, leastZoom));
    scale = Math.min(Math.max(whole, inWidth), mostZoom);
    renderer.node.style.transform = `scale(${scale})`;
    zoomed.style.width = `${width * scale}px`;
    zoomed.style.height = `${height * scale}px`;
  };
  const observer = new ResizeObserver(fit);
  observer.observe(stage);
  observer.observe(renderer.node);
  const stop = followZoomedPointer(zoomed, view, () => scale, dialog);
  dialog.addEventListener("close", () => {
    observer.disconnect();
    stop();
    renderer.dispose();
  });
}

/** Shows a table in the whole window: the same one, with its search and its order, which goes back to its place when the window closes. */
export function enlargeTable(root: HTMLElement, drawing: Drawing, trans: TranslationBundle): void {
  const place = document.createElement("div");
  place.style.height = `${root.offsetHeight}px`;
  root.replaceWith(place);
  const { dialog, stage } = openDialog(drawing, trans);
  stage.classList.add("damir-mod-table", "jp-RenderedHTMLCommon");
  stage.append(root);
  dialog.addEventListener("close", () => {
    place.replaceWith(root);
  });
}

/** A dialog of the browser's own: it keeps the focus, the escape key closes it, and the focus goes back to where it was. */
function openDialog(drawing: Drawing, trans: TranslationBundle): Enlarged {
  const focused = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "damir-Enlarged";
  dialog.dataset["lmSuppressShortcuts"] = "true";
  const title = drawing.title === "" ? trans.__("Dessin agrandi") : drawing.title;
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("header");
  const heading = document.createElement("h2");
  heading.textContent = title;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "damir-Button damir-mod-primary";
  close.textContent = trans.__("Fermer");
  close.autofocus = true;
  close.addEventListener("click", () => {
    dialog.close();
  });
  head.append(heading, drawingToolbar(drawing, trans), close);
  const stage = document.createElement("div");
  stage.className = "damir-Enlarged-stage";
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", title);
  dialog.append(head, stage);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (focused instanceof HTMLElement) focused.focus();
  });
  dialog.showModal();
  return { dialog, stage };
}
