import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { ServerConnection, type Kernel, type KernelMessage } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { Token, type JSONObject } from "@lumino/coreutils";
import { Signal, type ISignal } from "@lumino/signaling";
import type { PanelQuestions, PullEvent } from "@atelier-damir/cli/panel";
import { failureText } from "../failure-text.js";
import type { PublicationEvent } from "../share/publication.js";

/** What a question tells before its answer. */
export type EventOf<Name extends keyof PanelQuestions> = Name extends "share" ? PublicationEvent : PullEvent;

/** How the panel's kernel is. */
export type PanelKernelState =
  | { readonly kind: "off" | "starting" | "ready" }
  /** The lab doesn't answer for now; it goes on by itself when the lab is back. */
  | { readonly kind: "cut"; readonly message: string }
  /** Nothing comes any more until it is started again. */
  | { readonly kind: "failed"; readonly message: string };

/** Where other plugins of the extension find the panel's kernel. */
export const IPanelKernel: Token<PanelKernel> = new Token(
  "atelier-damir:IPanelKernel",
  "The kernel that answers what the extension asks.",
);

const kernelName = "typescript";
const target = "atelier-damir:panel";
/** What the kernel runs to answer. */
const program = 'import { servePanel } from "@atelier-damir/cli/panel";\nservePanel();';
/** Where a reloaded page finds the kernel of its panel again. */
const storageKey = "atelier-damir:panel-kernel";

/** How often a server is asked to end a kernel, and how long it is left alone in between, in milliseconds. */
const mostAttempts = 10;
const betweenAttempts = 1000;

interface Asked {
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Error) => void;
  readonly listen: ((event: never) => void) | undefined;
}

/**
 * A kernel of the panel's own, which no notebook sees: it answers what the panel asks. It starts when it is first needed, ends with the page,
 * and may die in between: the panel says so and starts another one.
 */
export class PanelKernel {
  private connection: Kernel.IKernelConnection | undefined;
  private comm: Kernel.IComm | undefined;
  private readonly asked = new Map<number, Asked>();
  private lastId = 0;
  private current: PanelKernelState = { kind: "off" };
  private started: Promise<void> = Promise.resolve();
  private readonly changedSignal = new Signal<this, PanelKernelState>(this);

  constructor(
    private readonly kernels: Kernel.IManager,
    private readonly trans: TranslationBundle,
  ) {
    window.addEventListener("pagehide", () => {
      this.leave();
    });
  }

  /** Tells each change of {@link state}. */
  get changed(): ISignal<this, PanelKernelState> {
    return this.changedSignal;
  }

  get state(): PanelKernelState {
    return this.current;
  }

  /** Whether a question still waits for its answer. */
  get isBusy(): boolean {
    return this.asked.size > 0;
  }

  /** Starts it, unless it runs; waits for it where it is starting. Failures are told by {@link state}. */
  start(): Promise<void> {
    if (this.current.kind === "off" || this.current.kind === "failed") this.started = this.begin();
    return this.started;
  }

  private async begin(): Promise<void> {
    this.become({ kind: "starting" });
    try {
      const connection = (await this.left()) ?? (await this.kernels.startNew({ name: kernelName }));
      this.connection = connection;
      sessionStorage.setItem(storageKey, connection.id);
      connection.statusChanged.connect(this.onStatus);
      connection.connectionStatusChanged.connect(this.onConnectionStatus);
      const { content } = await connection.requestExecute({ code: program, store_history: false }).done;
      if (content.status !== "ok") {
        throw new Error("evalue" in content ? content.evalue : content.status);
      }
      this.comm = connection.createComm(target);
      this.comm.onMsg = (message) => {
        this.onAnswer(message);
      };
      this.comm.open();
      this.become({ kind: "ready" });
    } catch (error) {
      const reason = failureText(error, this.trans);
      this.fail(this.trans.__("Le noyau du panneau n'a pas pu démarrer : %1", reason));
    }
  }

  /**
   * Asks the kernel.
   * @param listen hears the events of what goes on for long
   * @throws Error in the person's language
   */
  ask<Name extends keyof PanelQuestions>(
    name: Name,
    parameters: PanelQuestions[Name]["parameters"],
    listen?: (event: EventOf<Name>) => void,
  ): Promise<PanelQuestions[Name]["answer"]> {
    const { comm } = this;
    if (!comm) return Promise.reject(new Error(this.trans.__("Le noyau du panneau n'est pas démarré.")));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject, listen });
      comm.send({ id, name, parameters: { ...parameters } as JSONObject });
    });
  }

  /** Ends it. */
  async shutdown(): Promise<void> {
    const { connection } = this;
    this.detach(this.trans.__("Le noyau du panneau a été arrêté."));
    this.become({ kind: "off" });
    sessionStorage.removeItem(storageKey);
    await connection?.shutdown();
  }

  /** The kernel that an earlier life of this page left running, with a download perhaps. */
  private async left(): Promise<Kernel.IKernelConnection | undefined> {
    const id = sessionStorage.getItem(storageKey);
    if (id === null) return undefined;
    const model = await this.kernels.findById(id);
    return model && this.kernels.connectTo({ model });
  }

  private onAnswer({ content: { data } }: KernelMessage.ICommMsgMsg): void {
    const { id, answer, failure, event } = data as unknown as {
      id: number;
      answer?: never;
      failure?: string;
      event?: PullEvent | PublicationEvent;
    };
    const asked = this.asked.get(id);
    if (!asked) return;
    if (event) {
      asked.listen?.(event as never);
      return;
    }
    this.asked.delete(id);
    if (failure === undefined) asked.resolve(answer as never);
    else asked.reject(new Error(failure));
  }

  private readonly onStatus = (_: unknown, status: KernelMessage.Status): void => {
    // What another kernel process would answer to isn't what was asked of this one.
    if (["dead", "autorestarting", "restarting", "terminating"].includes(status)) {
      this.fail(this.trans.__("Le noyau du panneau s'est arrêté. Vos notebooks n'en dépendent pas."));
    }
  };

  private readonly onConnectionStatus = (_: unknown, status: Kernel.ConnectionStatus): void => {
    if (status === "disconnected") {
      this.fail(this.trans.__("Le labo ne répond plus. Vérifiez qu'il tourne, puis réessayez."));
    } else if (status === "connecting" && this.current.kind === "ready") {
      this.become({
        kind: "cut",
        message: this.trans.__("Le labo ne répond pas pour l'instant. Le panneau reprendra de lui-même."),
      });
    } else if (status === "connected" && this.current.kind === "cut") {
      this.become({ kind: "ready" });
    }
  };

  private fail(message: string): void {
    const { connection } = this;
    this.detach(message);
    sessionStorage.removeItem(storageKey);
    this.become({ kind: "failed", message });
    // A kernel that Jupyter starts again by itself would stay for nothing.
    if (connection) void this.end(connection.id);
  }

  /** Ends a kernel. The server refuses while it starts it again: it is asked anew. */
  private async end(id: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.kernels.shutdown(id);
        return;
      } catch (error) {
        if (attempt === mostAttempts) {
          console.warn(`The panel's kernel ${id} was left running`, error);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, betweenAttempts));
      }
    }
  }

  private detach(message: string): void {
    const { connection } = this;
    this.connection = undefined;
    this.comm = undefined;
    connection?.statusChanged.disconnect(this.onStatus);
    connection?.connectionStatusChanged.disconnect(this.onConnectionStatus);
    for (const { reject } of this.asked.values()) reject(new Error(message));
    this.asked.clear();
  }

  private become(state: PanelKernelState): void {
    this.current = state;
    this.changedSignal.emit(state);
  }

  /** The page goes: its kernel too, unless it works; a reloaded page finds that one again. */
  private leave(): void {
    if (!this.connection || this.isBusy) return;
    const { id } = this.connection;
    sessionStorage.removeItem(storageKey);
    const settings = ServerConnection.makeSettings();
    const url = URLExt.join(PageConfig.getBaseUrl(), "api/kernels", encodeURIComponent(id));
    // Answered or not, nobody is there to hear it.
    void ServerConnection.makeRequest(url, { method: "DELETE", keepalive: true }, settings).catch(
      () => undefined,
    );
  }
}
