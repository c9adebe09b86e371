import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import type { StoreState, StoreTableState } from "@atelier-damir/cli/panel";
import { messageOf, type TabProps } from "./dictionary-tab.js";
import { DownloadForm } from "./download-form.js";
import { EarlierDownload } from "./earlier-download.js";
import { dayText, monthRuns, monthText, sizeText } from "./measures.js";

/** What the notebooks of this lab read, and how to bring more. */
export function DataTab(props: TabProps): React.JSX.Element {
  const { trans, kernel, isReady } = props;
  const [state, setState] = React.useState<StoreState>();
  const [failure, setFailure] = React.useState("");
  /** Whether this page's own form follows the download. */
  const [isOwn, setOwn] = React.useState(false);
  const refresh = React.useCallback(() => {
    kernel.ask("state", {}).then(
      (read) => {
        setFailure("");
        setState(read);
      },
      (error: unknown) => {
        setFailure(messageOf(error));
      },
    );
  }, [kernel]);
  React.useEffect(() => {
    if (isReady) refresh();
  }, [isReady, refresh]);
  return (
    <>
      {failure !== "" && (
        <p className="damir-Panel-notice damir-mod-failure" role="alert">
          {failure}
        </p>
      )}
      {state && (
        <>
          <StoreSummary {...props} state={state} />
          <TableList {...props} tables={state.tables} />
          {state.server === undefined && (
            <DownloadForm
              {...props}
              state={state}
              onStart={() => {
                setOwn(true);
              }}
              onDone={() => {
                setOwn(false);
                refresh();
              }}
            />
          )}
          {!isOwn && <EarlierDownload {...props} state={state} refresh={refresh} />}
          <p>
            <button
              type="button"
              className="damir-Button damir-mod-small"
              disabled={!isReady}
              onClick={refresh}
            >
              {trans.__("Actualiser")}
            </button>
          </p>
        </>
      )}
    </>
  );
}

/** Sample or real, since when: what nobody may be in doubt of. */
function StoreSummary({
  trans,
  language,
  state,
}: TabProps & { readonly state: StoreState }): React.JSX.Element {
  const damir = state.tables.find(({ name }) => name === "damir");
  const real = state.tables.filter(({ synthetic }) => !synthetic);
  const facts: string[] = [];
  if (state.server !== undefined) facts.push(trans.__("Serveur de l'équipe : %1.", state.server));
  if (damir && !damir.synthetic) {
    const runs = monthRuns(damir.months).map(({ first, last }) =>
      first === last
        ? monthText(first, language)
        : trans.__("%1 à %2", monthText(first, language), monthText(last, language)),
    );
    if (runs.length > 0) {
      facts.push(
        `${trans._n("Open DAMIR : %1 mois réel", "Open DAMIR : %1 mois réels", damir.months.length, damir.months.length)} (${runs.join(", ")}).`,
      );
    }
    if (damir.updated !== undefined) facts.push(trans.__("Publié le %1.", dayText(damir.updated, language)));
    if (damir.importedAt !== undefined)
      facts.push(trans.__("Importé le %1.", dayText(damir.importedAt, language)));
  } else if (real.length === 0) {
    facts.push(
      trans.__(
        "Rien n'est importé : les notebooks tournent sur des données inventées, calées sur les totaux publiés. Elles ne se publient pas.",
      ),
    );
  } else {
    facts.push(
      trans.__(
        "Open DAMIR est encore l'échantillon synthétique. Données réelles : %1.",
        real.map(({ name }) => name).join(", "),
      ),
    );
  }
  if (state.bytes > 0) facts.push(trans.__("Taille du magasin : %1.", sizeText(state.bytes, language)));
  return (
    <div className={`damir-Store ${damir?.synthetic === false ? "damir-mod-real" : "damir-mod-sample"}`}>
      <h3>
        {damir?.synthetic === false ? trans.__("Données réelles") : trans.__("Échantillon synthétique")}
      </h3>
      {facts.map((fact) => (
        <p key={fact}>{fact}</p>
      ))}
    </div>
  );
}

function TableList({
  trans,
  language,
  tables,
}: TabProps & { readonly tables: readonly StoreTableState[] }): React.JSX.Element {
  return (
    <details className="damir-Tables">
      <summary>{trans._n("%1 table", "%1 tables", tables.length, tables.length)}</summary>
      <ul>
        {tables.map((table) => (
          <li key={table.name}>
            <code>{table.name}</code>{" "}
            <span className={table.synthetic ? "damir-Tag damir-mod-sample" : "damir-Tag damir-mod-real"}>
              {table.synthetic ? trans.__("synthétique") : trans.__("réelle")}
            </span>
            <br />
            {table.title}
            <br />
            {factsOf(table, trans, language)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function factsOf(table: StoreTableState, trans: TranslationBundle, language: string): string {
  const { rows, bytes, months, years } = table;
  const [first, last] = [months[0], months.at(-1)];
  return [
    // Gettext puts the bare number first.
    trans._n("%2 ligne", "%2 lignes", rows, rows.toLocaleString(language)),
    first === undefined || last === undefined
      ? ""
      : trans.__("%1 à %2", monthText(first, language), monthText(last, language)),
    years
      ? years.first === years.last
        ? String(years.first)
        : trans.__("%1 à %2", years.first, years.last)
      : "",
    bytes > 0 ? sizeText(bytes, language) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
