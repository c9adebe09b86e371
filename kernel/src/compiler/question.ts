import type { Completeness } from "../language/completeness.js";
import type { Completions } from "../language/completions.js";
import type { CellDiagnostic, Description, EmittedCell, Language } from "../language/language.js";
import type { TemplateAt } from "../language/tagged-template.js";

/** What the kernel asks the compiler's process, and what it gets: methods of {@link Language}, by name. */
export interface Answers {
  check: EmittedCell | CellDiagnostic[];
  withoutLost: string;
  complete: Completions;
  inspect: Description | undefined;
  templateAt: TemplateAt | undefined;
  completeness: Completeness;
}

/** Name of something that can be asked. */
export type Subject = keyof Answers;

/** A question on its way to the compiler's process. */
export interface Question<S extends Subject = Subject> {
  id: number;
  subject: S;
  args: Parameters<Language[S]>;
}

/** What comes back from the compiler's process. */
export type Answer =
  | { type: "ready" }
  | { type: "answer"; id: number; value: unknown }
  /** The compiler failed on this question; it can be asked others. */
  | { type: "failure"; id: number; name: string; message: string; stack: string };
