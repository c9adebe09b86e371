export type {
  CheckReport,
  Finding,
  Notebook,
  NotebookCell,
  NotebookOutput,
  ReadSource,
} from "./check/check-report.js";
export { checkNotebook, type CheckOptions } from "./check/check-notebook.js";
export { identityOf, type NotebookIdentity } from "./check/notebook-identity.js";
export { folderHost, type FolderHostOptions } from "./hosting/folder-host.js";
export { gitHost, type GitHostOptions } from "./hosting/git-host.js";
export type {
  Host,
  HostedPage,
  HostingOptions,
  HostingOutcome,
  PageClaim,
} from "./hosting/published-page.js";
export { s3Host, type S3HostOptions } from "./hosting/s3-host.js";
export type {
  CardEvent,
  DoneEvent,
  FailedEvent,
  FindingEvent,
  HostedEvent,
  NoteEvent,
  PageEvent,
  PlanEvent,
  ProgressEvent,
  PublishEvent,
  PublishStep,
  RequestEvent,
  StepEvent,
} from "./publication/publish-event.js";
export { publishNotebook } from "./publication/publish-notebook.js";
export type {
  CardOptions,
  PublishEffects,
  PublishOptions,
  PublishOutcome,
} from "./publication/publish-options.js";
export { slugOf } from "./publication/page-identity.js";
export { renderPage } from "./render/render-page.js";
export type { RenderedPage, RenderOptions, ResultFile } from "./render/rendered-page.js";
export { ApiKey, findKey, keepKey, keyFile } from "./reuse/api-key.js";
export type { CardSource, LinkedDataset, ReuseCard } from "./reuse/card.js";
export { DatagouvClient } from "./reuse/datagouv-client.js";
export { DryRunTransport } from "./reuse/dry-run.js";
export { linkedDatasets } from "./reuse/linked-datasets.js";
export { publishReuse, type ReuseOptions, type ReuseOutcome } from "./reuse/publish-reuse.js";
export { chosenSite, datagouv, datagouvDemo, siteOf, type DatagouvSite } from "./reuse/site.js";
export { Refusal } from "./reuse/refusal.js";
export { HttpTransport, type Transport } from "./reuse/transport.js";
