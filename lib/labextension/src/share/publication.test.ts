import { describe, expect, it } from "vitest";
import { heard, nothingYet, type PublicationEvent } from "./publication.js";

const plan: PublicationEvent = { event: "plan", steps: ["check", "host"], address: "https://a.fr/x/" };

function after(...events: PublicationEvent[]) {
  return events.reduce(heard, nothingYet);
}

describe("a publication heard event by event", () => {
  it("follows its steps, and says where it stopped", () => {
    const stopped = after(
      plan,
      { event: "step", step: "check", state: "begun", text: "Contrôle" },
      { event: "progress", step: "check", done: 3, total: 4 },
      { event: "failed", step: "check", message: "Une erreur.\nÀ corriger." },
    );
    expect(stopped.steps).toEqual([
      { step: "check", state: "failed", text: "Contrôle", share: 0.75 },
      { step: "host", state: "planned", text: "" },
    ]);
    expect(stopped.failure).toBe("Une erreur.\nÀ corriger.");
    expect(stopped.done).toBeUndefined();
  });

  it("starts afresh with each plan", () => {
    const finding = { event: "finding", severity: "note", rule: "r", text: "t", remedy: "" } as const;
    expect(after(plan, finding).findings).toHaveLength(1);
    expect(after(plan, finding, plan).findings).toEqual([]);
  });

  it("speaks of the dialog's fields, not of the command's options", () => {
    const { findings, failure } = after(
      plan,
      {
        event: "finding",
        severity: "erreur",
        rule: "r",
        text: "L'auteur manque.",
        remedy: 'Donnez votre nom (--author "Prénom Nom").',
      },
      { event: "failed", step: "check", message: "Pour voir la page sans la publier : --draft." },
    );
    expect(findings[0]?.remedy).toBe("Donnez votre nom (« Auteur »).");
    expect(failure).toBe("Pour voir la page sans la publier : « Brouillon ».");
    const { done, notes } = after(
      plan,
      { event: "note", step: "check", text: "La licence vient de --licence." },
      { event: "done", address: "https://exemple.fr/", next: ["Publiez de nouveau sans --draft."] },
    );
    expect([done?.next, notes]).toEqual([
      ["Publiez de nouveau sans « Brouillon »."],
      ["La licence vient de « Licence »."],
    ]);
  });

  it("ignores what a later version may say", () => {
    expect(after(plan, { event: "weather" } as never)).toEqual(after(plan));
  });
});
