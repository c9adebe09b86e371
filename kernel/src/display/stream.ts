/** The two texts a cell prints. */
export type StreamName = "stdout" | "stderr";

const flushAt = 1 << 18;
/** Milliseconds after which a cell that computes without a pause shows what it has printed. */
const flushAfter = 50;
const maximalText = 1 << 20;

/**
 * Gathers what a cell prints and passes it on in few pieces: at the end of the turn of the event loop, when it's large, when
 * the other stream is written, or when {@link flush} is called. Nothing is lost or put in another order.
 */
export class CellStream {
  private name: StreamName = "stdout";
  private parts: string[] = [];
  private size = 0;
  private scheduled = false;
  private flushed = performance.now();

  constructor(private readonly send: (name: StreamName, text: string) => void) {}

  write(name: StreamName, text: string): void {
    if (text === "") return;
    if (name !== this.name) {
      this.flush();
      this.name = name;
    }
    this.parts.push(text);
    this.size += text.length;
    if (this.size >= flushAt || performance.now() - this.flushed > flushAfter) this.flush();
    else if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    this.flushed = performance.now();
    if (this.size === 0) return;
    const text = this.parts.join("");
    this.parts = [];
    this.size = 0;
    let start = 0;
    while (start < text.length) {
      let end = Math.min(start + maximalText, text.length);
      // A pair of surrogates stays together.
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
      this.send(this.name, text.slice(start, end));
      start = end;
    }
  }
}
