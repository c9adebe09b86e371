import * as React from "react";
import type { StoreState } from "@atelier-damir/cli/panel";
import type { TabProps } from "./dictionary-tab.js";
import { DownloadResult, RunningDownload } from "./running-download.js";

/** How often a download that this page didn't start is looked at, in milliseconds. */
const lookEvery = 1_000;

/** A download that was asked for before this page was opened: one sees that it goes on, how far, how it ends, and can stop it. */
export function EarlierDownload(
  props: TabProps & { readonly state: StoreState; readonly refresh: () => void },
): React.JSX.Element | null {
  const { trans, state, refresh } = props;
  const { download, ended } = state;
  const goesOn = download !== undefined;
  const [wasSeen, setSeen] = React.useState(false);
  React.useEffect(() => {
    if (!goesOn) return undefined;
    setSeen(true);
    const timer = window.setInterval(refresh, lookEvery);
    return () => {
      window.clearInterval(timer);
    };
  }, [goesOn, refresh]);
  if (download) {
    const progress = new Map(download.files.map(({ name, share }) => [name, share]));
    return (
      <section aria-label={trans.__("Téléchargement de %1", download.dataset)}>
        <h3>{trans.__("Téléchargement de %1", download.dataset)}</h3>
        <RunningDownload {...props} progress={progress} />
      </section>
    );
  }
  return wasSeen && ended ? <DownloadResult trans={trans} result={ended} /> : null;
}
