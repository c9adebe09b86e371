import { UserError } from "damir";
import { PanelService } from "./panel-service.js";
import { panelTarget, type PanelQuestions } from "./protocol.js";

export * from "./protocol.js";
export { PanelService };

/** A line to the browser, as far as the panel needs it. */
interface Line {
  send(data: Record<string, unknown>): void;
  onMessage(listener: (message: { data: Record<string, unknown> }) => void): unknown;
  readonly closed: boolean;
}

/** Where a TypeScript kernel lets libraries answer the browser. */
interface Lines {
  register(name: string, target: (line: Line) => void): void;
}

/** One for the whole kernel: a page that was opened again finds the download that goes on. */
let shared: PanelService | undefined;

/**
 * Answers the panel over the comms of the kernel that this runs in. Questions asked together are answered as each is known.
 * @throws Error outside a kernel that has comms
 * @example
 * servePanel();
 */
export function servePanel(service: PanelService = (shared ??= new PanelService())): void {
  const lines = Reflect.get(globalThis, Symbol.for("Jupyter.comms")) as Lines | undefined;
  if (!lines) throw new Error("No comms: the panel is served by a Jupyter kernel.");
  lines.register(panelTarget, (line) => {
    line.onMessage(({ data: { id, name, parameters } }) => {
      const send = (data: Record<string, unknown>) => {
        // The page may have been closed meanwhile.
        if (!line.closed) line.send({ id, ...data });
      };
      service
        .answer(name as keyof PanelQuestions, (parameters ?? {}) as never, (event) => {
          send({ event });
        })
        .then(
          (answer) => {
            send({ answer });
          },
          (error: unknown) => {
            send({ failure: messageOf(error) });
          },
        );
    });
  });
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return `Erreur du programme : ${error instanceof Error ? error.message : String(error)}`;
}
