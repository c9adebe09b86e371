import type { TranslationBundle } from "@jupyterlab/translation";
import type { ISignal } from "@lumino/signaling";
import * as React from "react";
import type { OwnNotebook } from "./fork-library.js";

/** What the list of one's own notebooks needs from the lab. */
export interface OwnNotebooksOptions {
  readonly trans: TranslationBundle;
  /** Language of dates. */
  readonly language: string;
  readonly readOwn: () => Promise<readonly OwnNotebook[]>;
  /** Emitted when files of the lab may have changed. */
  readonly filesChanged: ISignal<unknown, unknown>;
  readonly onOpenOwn: (notebook: OwnNotebook) => void;
  readonly onCompare: (notebook: OwnNotebook) => void;
}

/** How many are shown before one asks for all. */
const firstShown = 4;

/** One's own notebooks, on the home page: to go on where one was, and to compare with the original. */
export function OwnNotebooks(options: OwnNotebooksOptions): React.JSX.Element | null {
  const { trans, language, readOwn, filesChanged, onOpenOwn, onCompare } = options;
  const [own, setOwn] = React.useState<readonly OwnNotebook[]>([]);
  const [isOpen, setOpen] = React.useState(false);
  React.useEffect(() => {
    const read = () => {
      // The starters below say what is wrong with the lab, and the file browser has the same files.
      readOwn().then(setOwn, () => undefined);
    };
    read();
    filesChanged.connect(read);
    return () => void filesChanged.disconnect(read);
  }, [readOwn, filesChanged]);
  if (own.length === 0) return null;
  const shown = isOpen ? own : own.slice(0, firstShown);
  return (
    <section className="damir-Own" aria-labelledby="damir-own-title">
      <h2 id="damir-own-title" className="damir-Own-title">
        {trans.__("Mes analyses")}
      </h2>
      <ul className="damir-Own-list">
        {shown.map((notebook) => (
          <li key={notebook.path} className="damir-Own-notebook">
            <button
              type="button"
              className="damir-Own-open"
              onClick={() => {
                onOpenOwn(notebook);
              }}
            >
              {notebook.name}
            </button>
            <time dateTime={notebook.modified} className="damir-Own-date">
              {new Date(notebook.modified).toLocaleString(language, {
                dateStyle: "medium",
                timeStyle: "short",
              })}
            </time>
            <button
              type="button"
              className="damir-Button damir-mod-small"
              aria-label={trans.__("Comparer « %1 » avec l'original", notebook.name)}
              title={trans.__("Comparer avec l'original")}
              onClick={() => {
                onCompare(notebook);
              }}
            >
              {trans.__("Comparer")}
            </button>
          </li>
        ))}
      </ul>
      {own.length > firstShown && (
        <button
          type="button"
          className="damir-Button damir-mod-small"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {isOpen ? trans.__("Les dernières seulement") : trans.__("Toutes mes analyses (%1)", own.length)}
        </button>
      )}
    </section>
  );
}
