import type { Finding } from "../check/check-report.js";
import type { HostingOutcome } from "../hosting/published-page.js";
import type { ReuseOutcome } from "../reuse/publish-reuse.js";

/**
 * The steps of a publication, in their order: the notebook is checked, its page made, the page put on its site, waited for at its
 * address, then its card written on data.gouv.fr.
 */
export type PublishStep = "check" | "render" | "host" | "wait" | "card";

/** What is about to be done. Always the first event. */
export interface PlanEvent {
  event: "plan";
  /** Path of the notebook, as it was given. */
  notebook: string;
  /** Name of the page in addresses. */
  slug: string;
  /** Stable address that the page will have. */
  address: string;
  /** Steps that will be done; those that won't, such as the card of a page that only this machine can read, are missing. */
  steps: PublishStep[];
  draft: boolean;
  /** True when nothing will be written anywhere. */
  dryRun: boolean;
  /** Host name of the data.gouv.fr that will have the card, `www.data.gouv.fr` or `demo.data.gouv.fr`; none without a card. */
  site?: string;
}

/** A step begins or ends. */
export interface StepEvent {
  event: "step";
  step: PublishStep;
  state: "begun" | "done";
  /** What is being done or was done, in French, a sentence without its full stop. */
  text: string;
}

/** How far the step is: cells run so far, of all the notebook's. */
export interface ProgressEvent {
  event: "progress";
  step: PublishStep;
  done: number;
  total: number;
}

/** Something that the check found. Those whose `severity` is `erreur` stop the publication at the end of the check. */
export interface FindingEvent extends Finding {
  event: "finding";
}

/** Something worth knowing that stops nothing, in French: a dataset that was withdrawn, why there is no card. */
export interface NoteEvent {
  event: "note";
  step: PublishStep;
  text: string;
}

/** The page is made, and was not put anywhere yet. */
export interface PageEvent {
  event: "page";
  title: string;
  /** Name of this version in addresses. */
  version: string;
  /** Weight of the page, in bytes. */
  bytes: number;
  /** True when the data are the embedded sample's: the page says so, and is a draft. */
  synthetic: boolean;
}

/** A request that would be sent, whole but for the key. Dry runs only. */
export interface RequestEvent {
  event: "request";
  /** Method and address, headers, body, as lines of text. */
  text: string;
}

/** The page is on its site. */
export interface HostedEvent extends HostingOutcome {
  event: "hosted";
}

/** The card is on data.gouv.fr. */
export interface CardEvent extends ReuseOutcome {
  event: "card";
}

/** The last event of a publication that did all it had planned. */
export interface DoneEvent {
  event: "done";
  /** Stable address of the page. */
  address: string;
  /** Address of the card; none where no card was made. */
  card?: string;
  /** What is left for the person to do, in French, a sentence each; often nothing. */
  next: string[];
}

/** The last event of a publication that stopped. Running it again takes it up where it stopped. */
export interface FailedEvent {
  event: "failed";
  /** The step that failed; none when it stopped before the first. */
  step?: PublishStep;
  /** What happened, what is left on the site, what to do: in French, several lines at times. */
  message: string;
}

/**
 * What a publication tells as it goes: `damir publish` writes it for people, `damir publish --json` as a line of JSON each. The order:
 * `plan`, then for each step `step` begun, anything about it, `step` done; at the end `done` or `failed`.
 */
export type PublishEvent =
  | PlanEvent
  | StepEvent
  | ProgressEvent
  | FindingEvent
  | NoteEvent
  | PageEvent
  | RequestEvent
  | HostedEvent
  | CardEvent
  | DoneEvent
  | FailedEvent;
