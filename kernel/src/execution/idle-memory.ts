import v8 from "node:v8";
import vm from "node:vm";

/** Bytes of garbage that may gather before it's worth a collection. */
const tolerated = 150 * 2 ** 20;
/** Milliseconds without a request before the kernel counts as idle. */
const quiet = 2000;

type Collect = (options: { type: "major"; flavor: "last-resort" }) => void;

/**
 * Gives memory back to the system while nobody waits. Checking a cell leaves some megabytes of garbage that V8, with plenty
 * of memory around, would let gather to several hundred.
 */
export class IdleMemory {
  private readonly collect: Collect;
  private timer: NodeJS.Timeout | undefined;
  private baseline = 0;

  constructor() {
    v8.setFlagsFromString("--expose-gc");
    this.collect = vm.runInNewContext("gc") as Collect;
  }

  /** Says that a request is being answered. */
  busy(): void {
    clearTimeout(this.timer);
  }

  /** Says that no request is being answered. */
  idle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (process.memoryUsage().heapUsed - this.baseline < tolerated) return;
      this.collect({ type: "major", flavor: "last-resort" });
      this.baseline = process.memoryUsage().heapUsed;
    }, quiet).unref();
  }
}
