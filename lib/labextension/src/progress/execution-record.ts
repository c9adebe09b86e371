import { PageConfig } from "@jupyterlab/coreutils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { KernelMessage, type Kernel, type Session } from "@jupyterlab/services";

/** A cell that was sent to the kernel and has not ended. */
export interface RecordedExecution {
  /** Identifier of the cell. */
  readonly cell: string;
  /** Identifier of the request, which all that comes of it names as its parent. */
  readonly message: string;
  /** Mark of the code that was sent. */
  readonly code: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly sent: number;
  /** Its number among the kernel's executions; null until it begins. */
  readonly count: number | null;
  /** Whether it has shown anything but how far it has come. */
  readonly hasShown: boolean;
}

/** What a notebook's kernel was asked to run. */
interface Recorded {
  readonly kernel: string;
  readonly executions: readonly RecordedExecution[];
}

/**
 * Keeps in the browser which cells of a notebook are running: a page that is reloaded, or opened again the next day, finds them there.
 * It keeps no code and no result.
 */
export class ExecutionRecord {
  private session: Session.ISessionConnection | null = null;
  private executions: readonly RecordedExecution[] = [];
  private readonly key: string;
  private readonly earlier: Recorded | undefined;

  constructor(panel: NotebookPanel) {
    const { sessionContext, context } = panel;
    // Several people's labs may have one address before the path.
    this.key = `atelier-damir:running:${PageConfig.getBaseUrl()}:${context.path}`;
    this.earlier = read(this.key);
    sessionContext.sessionChanged.connect(() => {
      this.listen(sessionContext.session);
    });
    panel.disposed.connect(() => {
      this.listen(null);
    });
    this.listen(sessionContext.session);
  }

  /** What was running when an earlier page of this notebook was left, if the kernel is still the same; in order. */
  takeOver(kernel: string): readonly RecordedExecution[] {
    const found = this.earlier?.kernel === kernel ? this.earlier.executions : [];
    this.executions = [...found, ...this.executions];
    this.write();
    return found;
  }

  /** Forgets an execution that has ended. */
  forget(message: string): void {
    this.executions = this.executions.filter((one) => one.message !== message);
    this.write();
  }

  private listen(session: Session.ISessionConnection | null): void {
    this.session?.anyMessage.disconnect(this.onMessage);
    this.session = session;
    session?.anyMessage.connect(this.onMessage);
  }

  private readonly onMessage = (_: unknown, { msg, direction }: Kernel.IAnyMessageArgs): void => {
    if (direction === "send") {
      const cell = msg.metadata["cellId"];
      if (!isExecuteRequest(msg) || typeof cell !== "string") return;
      this.executions = [
        ...this.executions,
        {
          cell,
          message: msg.header.msg_id,
          code: codeMark(msg.content.code),
          sent: Date.now(),
          count: null,
          hasShown: false,
        },
      ];
      this.write();
      return;
    }
    const parent = "msg_id" in msg.parent_header ? msg.parent_header.msg_id : undefined;
    const execution = this.executions.find(({ message }) => message === parent);
    if (!execution) return;
    if (KernelMessage.isStatusMsg(msg)) {
      if (msg.content.execution_state === "idle") this.forget(execution.message);
    } else if (KernelMessage.isExecuteInputMsg(msg)) {
      this.change(execution, { count: msg.content.execution_count });
    } else if (!execution.hasShown && showsResults(msg)) {
      this.change(execution, { hasShown: true });
    }
  };

  private change(execution: RecordedExecution, facts: Partial<RecordedExecution>): void {
    this.executions = this.executions.map((one) => (one === execution ? { ...one, ...facts } : one));
    this.write();
  }

  private write(): void {
    const kernel = this.session?.kernel?.id;
    if (kernel === undefined || this.executions.length === 0) localStorage.removeItem(this.key);
    else
      localStorage.setItem(
        this.key,
        JSON.stringify({ kernel, executions: this.executions } satisfies Recorded),
      );
  }
}

/** A number that tells one code from another, and from which no code can be read: 32-bit FNV-1a. */
export function codeMark(code: string): number {
  let hash = 0x811c9dc5;
  for (const character of new TextEncoder().encode(code)) {
    hash = Math.imul(hash ^ character, 0x01000193);
  }
  return hash >>> 0;
}

function read(key: string): Recorded | undefined {
  const text = localStorage.getItem(key);
  // Nobody but this class writes there.
  return text === null ? undefined : (JSON.parse(text) as Recorded);
}

function isExecuteRequest(msg: KernelMessage.IMessage): msg is KernelMessage.IExecuteRequestMsg {
  return msg.header.msg_type === "execute_request";
}

/** Whether a message brings an output that stays: the bar of a long query or loop goes when it ends. */
function showsResults(msg: KernelMessage.IMessage): boolean {
  if (KernelMessage.isDisplayDataMsg(msg) || KernelMessage.isUpdateDisplayDataMsg(msg)) {
    const html = msg.content.data["text/html"];
    return typeof html !== "string" || (html !== "" && !html.includes("<progress"));
  }
  return (
    KernelMessage.isStreamMsg(msg) || KernelMessage.isExecuteResultMsg(msg) || KernelMessage.isErrorMsg(msg)
  );
}
