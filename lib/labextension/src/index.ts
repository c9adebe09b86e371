import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ITranslator } from "@jupyterlab/translation";
import { homeIcon } from "@jupyterlab/ui-components";
import { addStyle } from "./add-style.js";
import { commands } from "./commands.js";
import { drawingPlugin } from "./drawing/plugin.js";
import { showFailure } from "./failure-dialog.js";
import { readOwnNotebooks } from "./fork-library.js";
import { Home } from "./home.js";
import type { ForkableNotebook } from "./lineage.js";
import { announce } from "./opened-notebook.js";
import { progressPlugin } from "./progress/plugin.js";
import { comparisonPlugin } from "./compare/comparison-plugin.js";
import { panelPlugin } from "./panel/panel-plugin.js";
import { sharePlugin } from "./share/plugin.js";
import { StarterDrive } from "./starter-drive.js";
import { readStarters } from "./starter-library.js";
import style from "./style.css";
import { tourPlugin } from "./tour/tour-plugin.js";
import { languageOf, texts } from "./translation.js";
import { Workshop } from "./workshop.js";

const pluginId = "atelier-damir:plugin";

const plugin: JupyterFrontEndPlugin<void> = {
  id: pluginId,
  description: "The home page of the lab, and the forks of its starter notebooks.",
  autoStart: true,
  requires: [ILabShell, IDocumentManager, INotebookTracker, ITranslator, ISettingRegistry],
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, IFileBrowserFactory],
  activate,
};

export default [
  plugin,
  drawingPlugin,
  progressPlugin,
  panelPlugin,
  comparisonPlugin,
  tourPlugin,
  sharePlugin,
];

function activate(
  app: JupyterFrontEnd,
  shell: ILabShell,
  documents: IDocumentManager,
  notebooks: INotebookTracker,
  translator: ITranslator,
  settings: ISettingRegistry,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  browsers: IFileBrowserFactory | null,
): void {
  const trans = texts(translator);
  const { contents, serverSettings } = app.serviceManager;
  contents.addDrive(
    new StarterDrive(
      { serverSettings },
      trans.__("Les notebooks de départ ouverts ici sont en lecture seule : forkez-les."),
    ),
  );
  const workshop = new Workshop(documents, app.serviceManager);
  addStyle(style);

  /** Runs what a person asked for, and tells them when it fails. */
  const attempt = (what: string, work: () => Promise<unknown>) => {
    work().catch((error: unknown) => showFailure(what, error, trans));
  };
  const couldNotFork = trans.__("Le notebook n'a pas pu être forké");
  const couldNotOpen = trans.__("Le notebook n'a pas pu être ouvert");
  const fork = (path: string, edited?: ForkableNotebook) => {
    attempt(couldNotFork, () => workshop.fork(path, edited));
  };
  const forkPanel = ({ context }: NotebookPanel) => {
    fork(
      context.path,
      context.model.dirty ? (context.model.toJSON() as unknown as ForkableNotebook) : undefined,
    );
  };

  const tracker = new WidgetTracker<MainAreaWidget<Home>>({ namespace: "atelier-damir-home" });
  const openHome = () => {
    const existing = tracker.currentWidget;
    const home = existing ?? createHome();
    if (!home.isAttached) shell.add(home, "main", { activate: false });
    shell.activateById(home.id);
    return home;
  };
  const createHome = () => {
    const content = new Home({
      trans,
      team: PageConfig.getOption("atelierTeam"),
      language: languageOf(translator),
      readOwn: () => readOwnNotebooks(contents),
      filesChanged: contents.fileChanged,
      onOpenOwn: ({ path }) => {
        documents.openOrReveal(path);
      },
      onCompare: ({ path }) => {
        void app.commands.execute(commands.compareSelected, { path });
      },
      readStarters: () => readStarters(contents),
      thumbnail: (starter) => workshop.thumbnail(starter),
      onOpen: (starter) => {
        attempt(couldNotOpen, () => workshop.openStarter(starter));
      },
      onFork: (starter) => {
        fork(`${starter.folder}/notebook.ipynb`);
      },
      onTour: () => {
        void app.commands.execute(commands.tour);
      },
    });
    const home = new MainAreaWidget({ content });
    home.id = "atelier-damir-home";
    home.title.label = "Atelier DAMIR";
    home.title.icon = homeIcon;
    home.title.closable = true;
    home.toolbar.hide();
    void tracker.add(home);
    return home;
  };

  app.commands.addCommand(commands.openHome, { label: "Atelier DAMIR", icon: homeIcon, execute: openHome });
  app.commands.addCommand(commands.fork, {
    label: ({ toolbar }) => (toolbar === true ? trans.__("Forker") : trans.__("Forker le notebook")),
    caption: trans.__("Copie ce notebook dans mes-analyses, et ouvre la copie"),
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      if (notebooks.currentWidget) forkPanel(notebooks.currentWidget);
    },
  });
  app.commands.addCommand(commands.forkSelected, {
    label: trans.__("Forker"),
    execute: () => {
      for (const item of browsers?.tracker.currentWidget?.selectedItems() ?? []) {
        if (item.type === "notebook") fork(item.path);
      }
    },
  });
  const category = "Atelier DAMIR";
  for (const command of [commands.openHome, commands.fork]) palette?.addItem({ command, category });
  launcher?.add({ command: commands.openHome, category, rank: 0 });

  notebooks.widgetAdded.connect((_, panel) => {
    attempt(trans.__("Ce notebook n'a pas pu être comparé à son notebook de départ"), () =>
      announce(panel, contents, trans, {
        fork: forkPanel,
        forkPath: fork,
        openReadOnly: (path) => {
          attempt(couldNotOpen, () => workshop.openReadOnly(path));
        },
      }),
    );
  });

  if (restorer) void restorer.restore(tracker, { command: commands.openHome, name: () => "home" });
  void Promise.all([settings.load(pluginId), app.restored]).then(([values]) => {
    if (values.get("openAtStart").composite === false) return;
    const main = [...shell.widgets("main")];
    const launchers = main.filter(({ id }) => id.startsWith("launcher"));
    // What was left open is where one wants to be; a launcher alone means that nothing was.
    if (launchers.length < main.length) return;
    openHome();
    for (const widget of launchers) widget.dispose();
  });
}
