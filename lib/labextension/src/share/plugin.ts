import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { addStyle } from "../add-style.js";
import { commands } from "../commands.js";
import { failureText } from "../failure-text.js";
import { IPanelKernel, type PanelKernel } from "../panel/panel-kernel.js";
import { starterDriveName } from "../starter-drive.js";
import { starterSlug } from "../starter.js";
import { texts } from "../translation.js";
import { openShareDialog } from "./share-dialog.js";
import { ShareSession, type Publisher } from "./share-session.js";
import style from "./share.css";

/** « Partager », in the notebook's toolbar and in the palette. */
export const sharePlugin: JupyterFrontEndPlugin<void> = {
  id: "atelier-damir:share",
  description: "Publishes a notebook: its page on a site, its card on data.gouv.fr.",
  autoStart: true,
  requires: [INotebookTracker, ITranslator, IPanelKernel],
  optional: [ICommandPalette],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  translator: ITranslator,
  kernel: PanelKernel,
  palette: ICommandPalette | null,
): void {
  const trans = texts(translator);
  addStyle(style);
  const { contents } = app.serviceManager;
  const sessions = new WeakMap<NotebookPanel, ShareSession>();
  const publisher = publisherOf(kernel);

  const share = (panel: NotebookPanel) => {
    const { path } = panel.context;
    const isStarter =
      contents.driveName(path) === starterDriveName || starterSlug(contents.localPath(path)) !== undefined;
    if (isStarter) {
      void showErrorMessage(
        trans.__("Un notebook de départ ne se publie pas"),
        trans.__("Forkez-le : c'est votre copie, avec ce que vous y changez, qui se partage."),
      );
      return;
    }
    const before = sessions.get(panel);
    const session =
      before?.notebook === path
        ? before
        : new ShareSession(path, panel.title.label, publisher, async () => {
            if (!panel.context.model.dirty) return;
            await panel.context.save().catch((error: unknown) => {
              throw new Error(
                trans.__("Le notebook n'a pas pu être enregistré : %1", failureText(error, trans)),
              );
            });
          });
    sessions.set(panel, session);
    openShareDialog(session, trans, (index) => {
      panel.content.activeCellIndex = index;
      panel.content.activate();
      void panel.content.scrollToItem(index, "smart");
    });
  };

  app.commands.addCommand(commands.share, {
    label: ({ toolbar }) => (toolbar === true ? trans.__("Partager") : trans.__("Partager le notebook")),
    caption: trans.__("Publie ce notebook : sa page sur un site, sa réutilisation sur data.gouv.fr"),
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      if (notebooks.currentWidget) share(notebooks.currentWidget);
    },
  });
  palette?.addItem({ command: commands.share, category: "Atelier DAMIR" });
}

/** The kernel of the panel, started when it is first needed. */
function publisherOf(kernel: PanelKernel): Publisher {
  const started = async () => {
    await kernel.start();
    if (kernel.state.kind === "failed") throw new Error(kernel.state.message);
  };
  return {
    share: async (wish, secrets, listen) => {
      await started();
      return kernel.ask("share", { wish, secrets }, listen);
    },
    stop: () => kernel.ask("stopSharing", {}),
    keyState: async (demo) => {
      await started();
      return kernel.ask("keyState", { demo });
    },
  };
}
