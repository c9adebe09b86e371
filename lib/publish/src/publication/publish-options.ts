import type { NotebookIdentity } from "../check/notebook-identity.js";
import type { Host, HostingOutcome } from "../hosting/published-page.js";
import type { ApiKey } from "../reuse/api-key.js";
import type { ReuseOutcome } from "../reuse/publish-reuse.js";
import type { DatagouvSite } from "../reuse/site.js";
import type { PublishEvent } from "./publish-event.js";
import type { WaitingEffects } from "./served-page.js";

/** The card to write on data.gouv.fr. */
export interface CardOptions {
  site: DatagouvSite;
  /** None where there is no key: the person is told how to make the card. */
  key: ApiKey | undefined;
  /** Identifier or slug of the organisation in whose name it is published. */
  organization?: string;
  /** Takes back a card that its owner had deleted. */
  restore?: boolean;
}

/** How a notebook is published. */
export interface PublishOptions extends NotebookIdentity {
  host: Host;
  /** Name of the page in addresses; that of the notebook's file unless said. */
  slug?: string;
  /** Key words to add to those of every analysis. */
  tags?: readonly string[];
  /** A PNG to stand for the analysis instead of its drawing. */
  image?: Uint8Array;
  /** Keeps the outputs of the file instead of running it. */
  saved?: boolean;
  /** A page that is not to be taken for a result: synthetic data are let through, the card stays a draft. */
  draft?: boolean;
  /** Goes over another's page of that name, or one that was changed by hand on the site. */
  replace?: boolean;
  /** Does all that can be done without writing anything anywhere, and shows the requests that the card would take. */
  dryRun?: boolean;
  /** How long to wait for the page at its address, in milliseconds; what the host says unless said; 0 not to wait. */
  patience?: number;
  /** The card; none where only the page is wanted. */
  card?: CardOptions;
  /** Longest time for one cell, in seconds. */
  cellSeconds?: number;
}

/** What a publication does to the world. */
export interface PublishEffects extends WaitingEffects {
  report: (event: PublishEvent) => void;
  /**
   * Asks whether to go on, once all is ready and nothing is written yet.
   * @param summary what will be made public, where, and whom it tells; in French, several lines
   */
  agree: (summary: string) => Promise<boolean>;
}

/** What became of a publication. */
export interface PublishOutcome {
  /** None for a dry run. */
  hosting?: HostingOutcome;
  /** None where no card was made. */
  card?: ReuseOutcome;
}
