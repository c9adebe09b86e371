import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Contents } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { hashOf } from "./fork.js";
import { lineageOf, origin } from "./lineage.js";
import { NotebookBanner } from "./notebook-banner.js";
import { filePath, starterDriveName } from "./starter-drive.js";
import { starterSlug } from "./starter.js";

/** What a banner's buttons do. */
export interface NotebookActions {
  readonly fork: (panel: NotebookPanel) => void;
  readonly forkPath: (path: string) => void;
  readonly openReadOnly: (path: string) => void;
}

/** Says above a notebook that has just been opened what one must know of it: read-only, a starter itself, or a fork grown old. */
export async function announce(
  panel: NotebookPanel,
  contents: Contents.IManager,
  trans: TranslationBundle,
  actions: NotebookActions,
): Promise<void> {
  await panel.context.ready;
  const { path, model } = panel.context;
  const fork = {
    label: trans.__("Forker"),
    run: () => {
      actions.fork(panel);
    },
  };
  const slug = starterSlug(filePath(contents, path));
  if (contents.driveName(path) === starterDriveName) {
    new NotebookBanner(trans.__("Lecture seule : forkez pour modifier."), [fork]).showIn(panel);
    // The banner says it in the person's language; JupyterLab's own label doesn't.
    panel.addClass("damir-mod-readOnly");
    await forgetKernelMetadata(panel);
    return;
  }
  if (slug !== undefined) {
    new NotebookBanner(
      trans.__("Vous modifiez le notebook de départ lui-même. Forkez-le pour en avoir une copie."),
      [fork],
    ).showIn(panel);
    return;
  }
  const lineage = lineageOf(model.metadata);
  if (!lineage) return;
  const { notebook, sha256, date } = origin(lineage);
  const current = await hashOf(contents, notebook);
  if (current === undefined || sha256 === "" || current === sha256 || panel.isDisposed) return;
  const day = new Date(date).toLocaleDateString();
  const banner = new NotebookBanner(
    trans.__("Ce notebook de départ a changé depuis votre fork (%1). Votre copie reste telle quelle.", day),
    [
      {
        label: trans.__("Voir le notebook de départ"),
        run: () => {
          actions.openReadOnly(notebook);
        },
      },
      {
        label: trans.__("Forker la nouvelle version"),
        run: () => {
          actions.forkPath(notebook);
        },
      },
      {
        label: trans.__("Masquer"),
        run: () => {
          banner.dispose();
        },
      },
    ],
  );
  banner.showIn(panel);
}

/** The kernel writes its name and language into the notebook: nothing that a reader has changed, and should be asked to save. */
async function forgetKernelMetadata({ context, sessionContext }: NotebookPanel): Promise<void> {
  const cells = () => JSON.stringify(context.model.sharedModel.cells.map((cell) => cell.getSource()));
  const read = cells();
  await sessionContext.ready;
  await sessionContext.session?.kernel?.info;
  if (!context.isDisposed && cells() === read) context.model.dirty = false;
}
