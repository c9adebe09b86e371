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
