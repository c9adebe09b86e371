import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IToolbarWidgetRegistry } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { addStyle } from "../add-style.js";
import { showFailure } from "../failure-dialog.js";
import { texts } from "../translation.js";
import style from "./progress.css";
import { RunningCell } from "./running-cell.js";

/** The running cell in the notebook's toolbar. */
export const progressPlugin: JupyterFrontEndPlugin<void> = {
  id: "atelier-damir:progress",
  description: "Shows in the toolbar how far the running cell has come, and interrupts it.",
  autoStart: true,
  requires: [IToolbarWidgetRegistry, ITranslator],
  activate: ({ commands }: JupyterFrontEnd, toolbars: IToolbarWidgetRegistry, translator: ITranslator) => {
    addStyle(style);
    const trans = texts(translator);
    toolbars.addFactory<NotebookPanel>("Notebook", "atelier-damir-running", (panel) => {
      return new RunningCell(panel, trans, {
        interrupt: async ({ sessionContext }) => {
          const kernel = sessionContext.session?.kernel;
          if (!kernel) throw new Error(trans.__("Ce notebook n'a plus de noyau."));
          await kernel.interrupt();
        },
        restart: () => {
          void commands.execute("notebook:restart-kernel");
        },
        fail: (error) => {
          void showFailure(trans.__("La cellule n'a pas pu être interrompue"), error, trans);
        },
      });
    });
  },
};
