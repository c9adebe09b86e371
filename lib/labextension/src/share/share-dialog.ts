import { Widget } from "@lumino/widgets";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { ShareSession } from "./share-session.js";
import { ShareView } from "./share-view.js";

/**
 * Opens the dialog that shares a notebook. Closing it stops nothing and loses nothing: opened again, it shows what goes on.
 * @param onCell shows a cell of the notebook, once the dialog is closed
 */
export function openShareDialog(
  session: ShareSession,
  trans: TranslationBundle,
  onCell: (index: number) => void,
): void {
  const focused = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "damir-Share";
  dialog.dataset["lmSuppressShortcuts"] = "true";
  dialog.setAttribute("aria-labelledby", "damir-share-title");
  const close = () => {
    dialog.close();
  };
  /** The cell to show instead of going back to where one was. */
  let wanted: number | undefined;
  const view = new ShareView({
    session,
    trans,
    onClose: close,
    onCell: (index) => {
      wanted = index;
      close();
    },
  });
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    view.dispose();
    dialog.remove();
    if (wanted !== undefined) onCell(wanted);
    else if (focused instanceof HTMLElement) focused.focus();
  });
  Widget.attach(view, dialog);
  dialog.showModal();
  void session.lookForKey();
}
