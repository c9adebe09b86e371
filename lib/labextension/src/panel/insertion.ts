import type { CodeEditor } from "@jupyterlab/codeeditor";
import { NotebookActions, type INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import { cellOfQuery } from "./query-cell.js";

/** A piece of SQL that doesn't stick to the words around the cursor. */
function spaced(editor: CodeEditor.IEditor | null, text: string): string {
  if (!editor) return text;
  const source = editor.model.sharedModel.getSource();
  const { start, end } = editor.getSelection();
  const before = source.charAt(editor.getOffsetAt(start) - 1);
  const after = source.charAt(editor.getOffsetAt(end));
  const sticks = (character: string) => /[\p{L}\p{N}_]/u.test(character);
  return `${sticks(before) ? " " : ""}${text}${sticks(after) ? " " : ""}`;
}

/** Puts what the dictionary gives into the notebook that a person works in. */
export class Insertion {
  /** @param show brings a widget of the main area to the front, by its id */
  constructor(
    private readonly notebooks: INotebookTracker,
    private readonly trans: TranslationBundle,
    private readonly show: (id: string) => void,
  ) {}

  /**
   * Writes at the cursor of the active code cell, over its selection; into a new cell after another kind of cell.
   * @returns what was done, to be told
   * @throws Error in the person's language, when no notebook is open
   */
  async insert(text: string): Promise<string> {
    const panel = await this.notebook();
    const notebook = panel.content;
    if (notebook.activeCell?.model.type === "code") {
      await notebook.scrollToItem(notebook.activeCellIndex, "smart");
      NotebookActions.replaceSelection(notebook, spaced(notebook.activeCell.editor, text));
    } else {
      this.addCell(panel, text);
    }
    await this.goTo(panel);
    return this.trans.__("« %1 » inséré dans la cellule %2.", text, notebook.activeCellIndex + 1);
  }

  /**
   * Adds a cell that runs a query after the active one; one that connects too where the notebook doesn't yet.
   * @returns what was done, to be told
   * @throws Error in the person's language, when no notebook is open
   */
  async insertQuery(sql: string): Promise<string> {
    const panel = await this.notebook();
    const cells = panel.context.model.sharedModel.cells.filter(({ cell_type }) => cell_type === "code");
    this.addCell(
      panel,
      cellOfQuery(
        sql,
        cells.map((cell) => cell.getSource()),
      ),
    );
    await this.goTo(panel);
    return this.trans.__("Requête ajoutée : cellule %1.", panel.content.activeCellIndex + 1);
  }

  private async notebook(): Promise<NotebookPanel> {
    const panel = this.notebooks.currentWidget;
    if (!panel) {
      throw new Error(
        this.trans.__(
          "Ouvrez d'abord un notebook : forkez-en un de l'accueil, ou créez-en un par Fichier > Nouveau.",
        ),
      );
    }
    await panel.context.ready;
    return panel;
  }

  private addCell(panel: NotebookPanel, source: string): void {
    NotebookActions.insertBelow(panel.content);
    NotebookActions.changeCellType(panel.content, "code");
    panel.content.activeCell?.model.sharedModel.setSource(source);
  }

  /** One goes on typing there. */
  private async goTo(panel: NotebookPanel): Promise<void> {
    this.show(panel.id);
    // Being shown gives the focus to the cell, for commands: its editor takes it afterwards.
    await new Promise(requestAnimationFrame);
    await panel.content.activeCell?.ready;
    panel.content.mode = "edit";
    panel.content.activeCell?.editor?.focus();
  }
}
