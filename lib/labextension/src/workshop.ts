import { URLExt, PageConfig } from "@jupyterlab/coreutils";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import { NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel, ServiceManager } from "@jupyterlab/services";
import { forkNotebook } from "./fork.js";
import { parametersCell, type ForkableNotebook } from "./lineage.js";
import { filePath, readOnlyPath } from "./starter-drive.js";
import { notebookPath, type Starter } from "./starter.js";

const kernelName = "typescript";

/** What one does with notebooks: opens a starter to read it, forks it to work. */
export class Workshop {
  constructor(
    private readonly documents: IDocumentManager,
    private readonly services: ServiceManager.IManager,
  ) {}

  /** Address of a starter's picture. */
  thumbnail({ folder }: Starter): string {
    return URLExt.join(
      PageConfig.getBaseUrl(),
      "files",
      ...folder.split("/").map(encodeURIComponent),
      "thumbnail.png",
    );
  }

  /**
   * Opens a starter read-only, with a kernel that can run it.
   * @param path path of its notebook, from the root of the file browser
   */
  async openReadOnly(path: string): Promise<void> {
    const seen = readOnlyPath(path);
    const kernel = this.documents.findWidget(seen) ? undefined : await this.startKernel(path);
    this.documents.openOrReveal(seen, "Notebook", kernel && { id: kernel.id, name: kernel.name });
  }

  /** Opens a starter read-only. */
  async openStarter(starter: Starter): Promise<void> {
    await this.openReadOnly(notebookPath(starter));
  }

  /**
   * Forks a notebook and opens the copy on its parameters.
   * @param path path of the notebook, with or without drive
   * @param edited its content when the person has changed it without saving
   */
  async fork(path: string, edited?: ForkableNotebook): Promise<void> {
    const { contents } = this.services;
    const fork = await forkNotebook(contents, filePath(contents, path), new Date(), edited);
    const panel = this.documents.openOrReveal(fork, "Notebook", { name: kernelName });
    if (panel instanceof NotebookPanel) await showParameters(panel);
  }

  /** The drive's paths mean nothing to the server: a kernel started by hand gets the starter's own folder, and finds the files in it. */
  private async startKernel(path: string): Promise<Kernel.IModel> {
    // The server takes a path; the type of the options does not name it.
    const options = { name: kernelName, path };
    const kernel = await this.services.kernels.startNew(options);
    return kernel.model;
  }
}

async function showParameters(panel: NotebookPanel): Promise<void> {
  await panel.context.ready;
  await panel.revealed;
  const { content: notebook, context } = panel;
  const index = parametersCell(context.model.toJSON() as unknown as ForkableNotebook);
  if (index < 0) return;
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, "smart");
  notebook.mode = "edit";
  notebook.activate();
}
