import v8 from "node:v8";
import vm from "node:vm";

/** Bytes of garbage that may gather before it's worth a collection: while nobody waits, and between two cells of a series. */
const tolerated = { idle: 8 * 2 ** 20, busy: 24 * 2 ** 20 };
/** Milliseconds without a question before the process counts as idle. */
const quiet = 2000;

type Collect = (options: { type: "major"; flavor: "regular" | "last-resort" }) => void;

/**
 * Gives memory back to the system while nobody waits, and keeps garbage from gathering in a series of cells. Checking a cell
 * leaves some megabytes of it that V8, with plenty of memory around, would let grow to several hundred.
 */
export class IdleMemory {
  private readonly collect: Collect;
  private timer: NodeJS.Timeout | undefined;
  private baseline = v8.getHeapStatistics().used_heap_size;

  constructor() {
    v8.setFlagsFromString("--expose-gc");
    this.collect = vm.runInNewContext("gc") as Collect;
  }

  /** Says that a question is being answered. */
  busy(): void {
    clearTimeout(this.timer);
  }

  /** Says that a question was answered. */
  answered(): void {
    if (this.garbage > tolerated.busy) this.clean("regular");
  }

  /** Says that no question is being answered. */
  idle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.garbage > tolerated.idle) this.clean("last-resort");
    }, quiet).unref();
  }

  private clean(flavor: "regular" | "last-resort"): void {
    this.collect({ type: "major", flavor });
    this.baseline = v8.getHeapStatistics().used_heap_size;
  }

  /** Bytes taken since the last collection of ours. */
  private get garbage(): number {
    return v8.getHeapStatistics().used_heap_size - this.baseline;
  }
}
