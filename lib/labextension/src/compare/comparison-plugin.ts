import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { duplicateIcon } from "@jupyterlab/ui-components";
import { addStyle } from "../add-style.js";
import { commands } from "../commands.js";
import { showFailure } from "../failure-dialog.js";
import { lineageOf } from "../lineage.js";
import { readOnlyPath } from "../starter-drive.js";
import { texts } from "../translation.js";
import style from "./comparison.css";
import { ComparisonView } from "./comparison-view.js";
import { readComparison, type NotebookContent } from "./read-comparison.js";

/** Shows how a fork differs from the notebook it began with. */
export const comparisonPlugin: JupyterFrontEndPlugin<void> = {
  id: "atelier-damir:comparison",
  description: "Compares a fork with its original, cell by cell.",
  autoStart: true,
  requires: [ILabShell, IDocumentManager, INotebookTracker, ITranslator],
  optional: [ICommandPalette, IFileBrowserFactory],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  shell: ILabShell,
  documents: IDocumentManager,
  notebooks: INotebookTracker,
  translator: ITranslator,
  palette: ICommandPalette | null,
  browsers: IFileBrowserFactory | null,
): void {
  const trans = texts(translator);
  const { contents } = app.serviceManager;
  addStyle(style);
  const open = new Map<string, MainAreaWidget<ComparisonView>>();

  const compare = (fork: string) => {
    const existing = open.get(fork);
    if (existing) {
      existing.content.refresh();
      shell.activateById(existing.id);
      return;
    }
    const content = new ComparisonView({
      trans,
      read: async () => readComparison(contents, trans, fork, await contentOf(fork)),
      openOriginal: (path) => {
        documents.openOrReveal(readOnlyPath(path));
      },
    });
    const page = new MainAreaWidget({ content });
    page.id = `atelier-damir-comparison-${fork}`;
    page.title.label = trans.__("Comparer : %1", fork.slice(fork.lastIndexOf("/") + 1));
    page.title.caption = trans.__("Différences entre %1 et son original", fork);
    page.title.icon = duplicateIcon;
    page.title.closable = true;
    page.toolbar.hide();
    open.set(fork, page);
    page.disposed.connect(() => open.delete(fork));
    shell.add(page, "main");
  };

  /** What a person sees of a notebook, saved or not. */
  const contentOf = async (path: string): Promise<NotebookContent> => {
    const panel = documents.findWidget(path);
    if (panel instanceof NotebookPanel) {
      await panel.context.ready;
      return panel.context.model.toJSON() as unknown as NotebookContent;
    }
    return (await contents.get(path, { type: "notebook", content: true })).content as NotebookContent;
  };
  const currentFork = () => {
    const { context } = notebooks.currentWidget ?? {};
    return context?.isReady === true && lineageOf(context.model.metadata) ? context.path : undefined;
  };

  app.commands.addCommand(commands.compare, {
    label: ({ toolbar }) => (toolbar === true ? trans.__("Comparer") : trans.__("Comparer avec l'original")),
    caption: trans.__("Montre ce qui a changé depuis le notebook de départ, cellule par cellule"),
    isEnabled: () => currentFork() !== undefined,
    isVisible: ({ toolbar }) => toolbar !== true || currentFork() !== undefined,
    execute: () => {
      const fork = currentFork();
      if (fork !== undefined) compare(fork);
    },
  });
  const selected = () => {
    const items = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
    return items.filter(({ type }) => type === "notebook").map(({ path }) => path);
  };
  app.commands.addCommand(commands.compareSelected, {
    label: trans.__("Comparer avec l'original"),
    execute: async ({ path: asked }) => {
      for (const path of typeof asked === "string" ? [asked] : selected()) {
        try {
          // Here and now: a page for a notebook that is no fork would be of no use.
          await readComparison(contents, trans, path, await contentOf(path));
          compare(path);
        } catch (error) {
          await showFailure(trans.__("Le notebook n'a pas pu être comparé"), error, trans);
        }
      }
    },
  });
  const changed = () => {
    app.commands.notifyCommandChanged(commands.compare);
  };
  notebooks.currentChanged.connect(changed);
  notebooks.widgetAdded.connect((_, panel) => void panel.context.ready.then(changed));
  palette?.addItem({ command: commands.compare, category: "Atelier DAMIR" });
}
