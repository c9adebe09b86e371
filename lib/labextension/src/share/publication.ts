/** Steps of a publication, in their order. */
export type Step = "check" | "render" | "host" | "wait" | "card";

/** Something that the check found. */
export interface Finding {
  readonly severity: "erreur" | "avertissement" | "note";
  readonly rule: string;
  /** Number of the cell, from 1. */
  readonly cell?: number;
  readonly text: string;
  readonly remedy: string;
}

/** What `damir publish --json` says, as far as the dialog shows it. */
export type PublicationEvent =
  | {
      readonly event: "plan";
      readonly steps: readonly Step[];
      readonly address: string;
      readonly site?: string;
    }
  | { readonly event: "step"; readonly step: Step; readonly state: "begun" | "done"; readonly text: string }
  | { readonly event: "progress"; readonly step: Step; readonly done: number; readonly total: number }
  | ({ readonly event: "finding" } & Finding)
  | { readonly event: "note"; readonly step: Step; readonly text: string }
  | { readonly event: "page"; readonly title: string; readonly bytes: number; readonly synthetic: boolean }
  | { readonly event: "request"; readonly text: string }
  | { readonly event: "hosted"; readonly address: string; readonly versionAddress: string }
  | { readonly event: "card"; readonly page: string; readonly created: boolean; readonly public: boolean }
  | {
      readonly event: "done";
      readonly address: string;
      readonly card?: string;
      readonly next: readonly string[];
    }
  | { readonly event: "failed"; readonly step?: Step; readonly message: string };

/** A step as it stands. */
export interface StepState {
  readonly step: Step;
  readonly state: "planned" | "begun" | "done" | "failed";
  readonly text: string;
  /** From 0 to 1, where it is known. */
  readonly share?: number;
}

/** A publication as it stands. */
export interface Publication {
  readonly steps: readonly StepState[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly requests: readonly string[];
  /** Stable address of the page; empty before the plan. */
  readonly address: string;
  readonly bytes?: number;
  readonly done?: { readonly address: string; readonly card?: string; readonly next: readonly string[] };
  /** Why it stopped; empty for no reason yet. */
  readonly failure: string;
}

/** A publication of which nothing was heard yet. */
export const nothingYet: Publication = {
  steps: [],
  findings: [],
  notes: [],
  requests: [],
  address: "",
  failure: "",
};

/** The fields of the dialog that stand for options of the command line. */
const fields: readonly (readonly [option: RegExp, field: string])[] = [
  [/--draft\b/g, "« Brouillon »"],
  [/--author(?: "[^"]*")?/g, "« Auteur »"],
  [/--licen[cs]e\b/g, "« Licence »"],
];

/** What is said of the command line, in the words of the dialog. */
function inDialog(text: string): string {
  return fields.reduce((said, [option, field]) => said.replace(option, field), text);
}

/** What a publication has become with one event more. Events that it doesn't know change nothing. */
export function heard(before: Publication, event: PublicationEvent): Publication {
  const stepped = (step: Step, change: Partial<StepState>) => ({
    ...before,
    steps: before.steps.map((one) => (one.step === step ? { ...one, ...change } : one)),
  });
  switch (event.event) {
    case "plan":
      return {
        ...nothingYet,
        address: event.address,
        steps: event.steps.map((step) => ({ step, state: "planned", text: "" })),
      };
    case "step":
      return stepped(event.step, { state: event.state, text: event.text });
    case "progress":
      return stepped(event.step, { share: event.total === 0 ? 1 : event.done / event.total });
    case "finding":
      return {
        ...before,
        findings: [
          ...before.findings,
          { ...event, text: inDialog(event.text), remedy: inDialog(event.remedy) },
        ],
      };
    case "note":
      return { ...before, notes: [...before.notes, inDialog(event.text)] };
    case "page":
      return { ...before, bytes: event.bytes };
    case "request":
      return { ...before, requests: [...before.requests, event.text] };
    case "done":
      return { ...before, done: { ...event, next: event.next.map(inDialog) } };
    case "failed": {
      const failure = inDialog(event.message);
      return event.step === undefined
        ? { ...before, failure }
        : { ...stepped(event.step, { state: "failed" }), failure };
    }
    default:
      return before;
  }
}
