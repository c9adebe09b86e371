import * as React from "react";
import type { Entry, EntryKind } from "@atelier-damir/cli/panel";
import { EntryPageView } from "./entry-page-view.js";
import { fragmentOf, subjectOf, type Subject } from "./entry-uses.js";
import type { PanelOptions } from "./panel-view.js";

/** What each part of the panel gets. */
export interface TabProps extends PanelOptions {
  /** Whether the kernel answers. */
  readonly isReady: boolean;
}

/** Pause in typing after which one is searching, in milliseconds. */
const pause = 180;

/** Search in the dictionary, and the page of what was found. */
export function DictionaryTab(props: TabProps): React.JSX.Element {
  const { trans, kernel, insertion, isReady } = props;
  const [text, setText] = React.useState("");
  const [kind, setKind] = React.useState<EntryKind | "">("");
  const [found, setFound] = React.useState<readonly Entry[]>();
  const [failure, setFailure] = React.useState("");
  /** What an insertion did, or why it couldn't. */
  const [notice, setNotice] = React.useState({ text: "", isFailure: false });
  /** The page looked at, and those one came from. */
  const [path, setPath] = React.useState<readonly Subject[]>([]);
  const box = React.useRef<HTMLInputElement>(null);

  React.useEffect(() => {
    if (!isReady || !/[\p{L}\p{N}]/u.test(text)) {
      if (text.trim() === "") setFound(undefined);
      return;
    }
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      kernel.ask("search", { text, ...(kind === "" ? {} : { kind }) }).then(
        (entries) => {
          if (!isCurrent) return;
          setFailure("");
          setFound(entries);
        },
        (error: unknown) => {
          if (isCurrent) setFailure(messageOf(error));
        },
      );
    }, pause);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [isReady, text, kind, kernel]);

  const attempt = (work: Promise<string>) => {
    work.then(
      (done) => {
        setNotice({ text: done, isFailure: false });
      },
      (error: unknown) => {
        setNotice({ text: messageOf(error), isFailure: true });
      },
    );
  };
  const insert = (fragment: string) => {
    attempt(insertion.insert(fragment));
  };
  const subject = path.at(-1);
  return (
    <>
      <form
        role="search"
        className="damir-Panel-search"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <label>
          {trans.__("Chercher une variable, un code, une table")}
          <input
            ref={box}
            type="search"
            value={text}
            placeholder={trans.__("dépassement, kiné, 1110…")}
            onChange={({ target }) => {
              setText(target.value);
              setPath([]);
            }}
          />
        </label>
        <label>
          {trans.__("Parmi")}
          <select
            value={kind}
            onChange={({ target }) => {
              setKind(target.value as EntryKind | "");
              setPath([]);
            }}
          >
            <option value="">{trans.__("tout le dictionnaire")}</option>
            <option value="variable">{trans.__("les variables")}</option>
            <option value="code">{trans.__("les codes")}</option>
            <option value="poste">{trans.__("les postes de soins")}</option>
            <option value="table">{trans.__("les tables")}</option>
          </select>
        </label>
      </form>
      <p
        className={notice.isFailure ? "damir-Panel-notice damir-mod-failure" : "damir-Panel-notice"}
        role="status"
      >
        {notice.text}
      </p>
      {failure !== "" && (
        <p className="damir-Panel-notice damir-mod-failure" role="alert">
          {failure}
        </p>
      )}
      {subject ? (
        <EntryPageView
          {...props}
          key={JSON.stringify(subject)}
          subject={subject}
          onInsert={insert}
          onQuery={(sql) => {
            attempt(insertion.insertQuery(sql));
          }}
          onOpen={(next) => {
            setPath([...path, next]);
          }}
          onBack={() => {
            setPath(path.slice(0, -1));
            if (path.length === 1) box.current?.focus();
          }}
        />
      ) : (
        found && (
          <>
            <p className="damir-Panel-count" role="status">
              {found.length === 0
                ? trans.__("Rien de ce nom. Essayez un autre mot, ou le début d'un mot.")
                : trans._n("%1 réponse", "%1 réponses", found.length, found.length)}
            </p>
            <ul className="damir-Entries">
              {found.map((entry) => (
                <EntryLine
                  key={`${entry.sorte} ${entry.utilisation} ${entry.table}`}
                  {...props}
                  entry={entry}
                  onOpen={() => {
                    setPath([subjectOf(entry)]);
                  }}
                  onInsert={insert}
                />
              ))}
            </ul>
          </>
        )
      )}
    </>
  );
}

function EntryLine(
  props: Pick<PanelOptions, "trans"> & {
    readonly entry: Entry;
    readonly onOpen: () => void;
    readonly onInsert: (fragment: string) => void;
  },
): React.JSX.Element {
  const { trans, entry, onOpen, onInsert } = props;
  const kinds: Record<EntryKind, string> = {
    variable: trans.__("variable"),
    code: trans.__("code"),
    poste: trans.__("poste de soins"),
    table: trans.__("table"),
  };
  const fragment = fragmentOf(entry);
  return (
    <li className="damir-Entry">
      <button type="button" className="damir-Entry-open" onClick={onOpen}>
        <code>{entry.sorte === "code" ? entry.utilisation : entry.nom}</code>
        <span>{entry.libelle}</span>
      </button>
      <span className="damir-Entry-foot">
        <span className="damir-Entry-kind">
          {kinds[entry.sorte]}
          {entry.sorte !== "table" && ` · ${entry.table}`}
        </span>
        <button
          type="button"
          className="damir-Button damir-mod-small"
          aria-label={trans.__("Insérer « %1 »", fragment)}
          title={fragment}
          onClick={() => {
            onInsert(fragment);
          }}
        >
          {trans.__("Insérer")}
        </button>
      </span>
    </li>
  );
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
