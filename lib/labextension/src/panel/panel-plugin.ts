import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { LabIcon } from "@jupyterlab/ui-components";
import { addStyle } from "../add-style.js";
import { commands } from "../commands.js";
import { languageOf, texts } from "../translation.js";
import { Insertion } from "./insertion.js";
import { IPanelKernel, PanelKernel } from "./panel-kernel.js";
import { DamirPanel } from "./panel-view.js";
import style from "./panel.css";

/** An open book. */
const panelIcon = new LabIcon({
  name: "atelier-damir:panel",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M12 6.2C10.3 5 8 4.3 5.2 4.1 4 4 3 5 3 6.1v11.2c0 1 .8 1.8 1.8 1.9 2.7.2 4.9.8 6.6 2 .4.2.9.2 1.2 0 1.7-1.2 3.9-1.8 6.6-2 1-.1 1.8-.9 1.8-1.9V6.1c0-1.2-1-2.1-2.2-2C16 4.3 13.7 5 12 6.2zm-1 12.3c-1.7-.8-3.700-1.200-6-1.4V6.1c2.400.2 4.500.8 6 1.800v10.600zm8-1.400c-2.300.2-4.300.6-6 1.400V7.900c1.500-1 3.600-1.600 6-1.800v11z"/></svg>',
});

/** The DAMIR panel of the left side bar. */
export const panelPlugin: JupyterFrontEndPlugin<PanelKernel> = {
  id: "atelier-damir:panel",
  description: "Dictionary of DAMIR and state of the data, in the left side bar.",
  autoStart: true,
  requires: [ILabShell, INotebookTracker, ITranslator],
  optional: [ILayoutRestorer, ICommandPalette],
  provides: IPanelKernel,
  activate,
};

function activate(
  app: JupyterFrontEnd,
  shell: ILabShell,
  notebooks: INotebookTracker,
  translator: ITranslator,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
): PanelKernel {
  const trans = texts(translator);
  addStyle(style);
  const kernel = new PanelKernel(app.serviceManager.kernels, trans);
  const panel = new DamirPanel({
    trans,
    language: languageOf(translator),
    kernel,
    insertion: new Insertion(notebooks, trans, (id) => {
      shell.activateById(id);
    }),
    onTour: () => {
      void app.commands.execute(commands.tour);
    },
  });
  panel.id = "atelier-damir-panel";
  panel.title.icon = panelIcon;
  panel.title.caption = trans.__("DAMIR : dictionnaire et données");
  shell.add(panel, "left", { rank: 150, type: "DAMIR" });
  restorer?.add(panel, panel.id);

  app.commands.addCommand(commands.openPanel, {
    label: trans.__("Dictionnaire et données de DAMIR"),
    icon: panelIcon,
    execute: ({ focus }) => {
      shell.activateById(panel.id);
      if (focus !== false) panel.takeFocus();
    },
  });
  palette?.addItem({ command: commands.openPanel, category: "Atelier DAMIR" });
  return kernel;
}
