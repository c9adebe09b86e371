import type { Language } from "../language/language.js";
import { IdleMemory } from "./idle-memory.js";
import type { Answer, Question, Subject } from "./question.js";

/** Answers the kernel's questions, one after the other, until it goes. */
export function serve(language: Language): void {
  const answers = language as unknown as Record<Subject, (...args: unknown[]) => unknown>;
  const send = (answer: Answer): void => {
    process.send?.(answer);
  };
  language.load();
  const memory = new IdleMemory();
  // Ctrl-C in a terminal reaches the whole group; the kernel decides when this process ends.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit());
  process.on("message", ({ id, subject, args }: Question) => {
    memory.busy();
    try {
      send({ type: "answer", id, value: answers[subject](...args) });
    } catch (error) {
      const { name, message, stack = message } = error as Error;
      send({ type: "failure", id, name, message, stack });
    }
    memory.answered();
    memory.idle();
  });
  send({ type: "ready" });
}
