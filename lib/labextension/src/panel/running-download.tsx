import * as React from "react";
import type { PullResult } from "@atelier-damir/cli/panel";
import type { TabProps } from "./dictionary-tab.js";

/** How far a download has come, and the button that stops it. */
export function RunningDownload(
  props: Pick<TabProps, "trans" | "kernel"> & {
    /** Share done of each file, by name. */
    readonly progress: ReadonlyMap<string, number>;
    /** Whether a person has just asked for it here. */
    readonly takesFocus?: boolean;
  },
): React.JSX.Element {
  const { trans, kernel, progress, takesFocus } = props;
  const [stopping, setStopping] = React.useState(false);
  const button = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (takesFocus === true) button.current?.focus();
  }, [takesFocus]);
  const steps = [...progress].filter(([, share]) => share < 1);
  return (
    <div className="damir-Download-running">
      <p role="status">
        {stopping ? trans.__("Arrêt en cours…") : trans.__("Téléchargement et import en cours.")}
      </p>
      {steps.map(([name, share]) => (
        <label key={name}>
          {name} : {Math.floor(share * 100)} %
          <progress max={1} value={share} />
        </label>
      ))}
      {steps.length === 0 && <progress aria-label={trans.__("Téléchargement et import en cours.")} />}
      <button
        ref={button}
        type="button"
        className="damir-Button"
        disabled={stopping}
        onClick={() => {
          setStopping(true);
          kernel.ask("cancel", {}).catch(() => {
            setStopping(false);
          });
        }}
      >
        {trans.__("Annuler le téléchargement")}
      </button>
    </div>
  );
}

/** How a download ended. */
export function DownloadResult({
  trans,
  result,
}: Pick<TabProps, "trans"> & { readonly result: PullResult }): React.JSX.Element {
  const { cancelled, complete, imported, message } = result;
  const done = trans._n("%1 fichier importé.", "%1 fichiers importés.", imported, imported);
  return (
    <div
      className={complete || cancelled ? "damir-Panel-notice" : "damir-Panel-notice damir-mod-failure"}
      role={complete || cancelled ? "status" : "alert"}
    >
      {(complete || imported > 0) && (
        <p>
          {done} {trans.__("Dans vos notebooks, relancez la cellule qui contient connect().")}
        </p>
      )}
      {message !== "" && <p>{message}</p>}
    </div>
  );
}
