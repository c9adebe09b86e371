import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ITranslator } from "@jupyterlab/translation";
import { addStyle } from "../add-style.js";
import { texts } from "../translation.js";
import style from "./drawing.css";
import { addDrawingTools } from "./renderers.js";

/** Buttons beside charts, maps and tables: enlarge, copy, save. */
export const drawingPlugin: JupyterFrontEndPlugin<void> = {
  id: "atelier-damir:drawings",
  description: "Enlarges, copies and saves the charts, maps and tables of notebooks.",
  autoStart: true,
  requires: [IRenderMimeRegistry, ITranslator],
  activate: (app: JupyterFrontEnd, registry: IRenderMimeRegistry, translator: ITranslator) => {
    addStyle(style);
    // JupyterLab's own renderers are all there by then, and no notebook is.
    void app.started.then(() => {
      addDrawingTools(registry, texts(translator));
    });
  },
};
