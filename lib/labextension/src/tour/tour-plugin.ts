import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ITranslator } from "@jupyterlab/translation";
import { addStyle } from "../add-style.js";
import { commands } from "../commands.js";
import { showFailure } from "../failure-dialog.js";
import { texts } from "../translation.js";
import { tourSteps } from "./tour-steps.js";
import style from "./tour.css";
import { Tour } from "./tour.js";

/** The guided tour, from the palette, the home page and the panel. */
export const tourPlugin: JupyterFrontEndPlugin<void> = {
  id: "atelier-damir:tour",
  description: "A guided tour of the lab.",
  autoStart: true,
  requires: [ITranslator],
  optional: [ICommandPalette],
  activate,
};

function activate(app: JupyterFrontEnd, translator: ITranslator, palette: ICommandPalette | null): void {
  const trans = texts(translator);
  addStyle(style);
  let running: Tour | undefined;
  app.commands.addCommand(commands.tour, {
    label: trans.__("Visite guidée"),
    caption: trans.__("Montre l'accueil, le fork, le dictionnaire et la publication"),
    execute: () => {
      running?.end();
      const steps = tourSteps(trans, (command, args) => app.commands.execute(command, args));
      running = new Tour(steps, trans, () => (running = undefined));
      running.show().catch((error: unknown) => {
        void showFailure(trans.__("La visite guidée n'a pas pu commencer"), error, trans);
      });
    },
  });
  palette?.addItem({ command: commands.tour, category: "Atelier DAMIR" });
}
