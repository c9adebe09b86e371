/** What the main thread is doing that another thread must know before it stops it. */
export const Activity = {
  /** Waiting, or running callbacks of cells. */
  Free: 0,
  /** The synchronous part of a cell, which SIGINT ends. */
  Cell: 1,
} as const;

/** The main thread's {@link Activity}, and what it has heard of, readable from every thread. */
export class ActivityBoard {
  private readonly cells: Int32Array;

  /** @param buffer another thread's board, to share it */
  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(20)) {
    this.cells = new Int32Array(buffer);
  }

  /** One of {@link Activity}. */
  get activity(): number {
    return Atomics.load(this.cells, 0);
  }

  /** Does `work` while the board says `activity`. */
  during<T>(activity: number, work: () => T): T {
    const before = this.activity;
    Atomics.store(this.cells, 0, activity);
    try {
      return work();
    } finally {
      Atomics.store(this.cells, 0, before);
    }
  }

  /** Number of the last interruption the main thread has dealt with. */
  get heard(): number {
    return Atomics.load(this.cells, 1);
  }

  /** Says that the main thread has dealt with an interruption. */
  hear(interruption: number): void {
    Atomics.store(this.cells, 1, interruption);
  }

  /**
   * Whether a SIGINT may be the control thread's. Whatever such a signal is to end, the control thread also says in a message:
   * outside the synchronous part of a cell it means nothing, and taken for the person's it could end the next cell.
   */
  get signalling(): boolean {
    return Atomics.load(this.cells, 3) !== Atomics.load(this.cells, 4);
  }

  /** Says, before the control thread sends signals, that it will. */
  beginSignalling(): void {
    Atomics.add(this.cells, 3, 1);
  }

  /** Says, for each {@link beginSignalling}, that the main thread has had the signals. */
  endSignalling(): void {
    Atomics.add(this.cells, 4, 1);
  }

  /** Whether the main thread still has to say that its heap was full. */
  get heapFull(): boolean {
    return Atomics.load(this.cells, 2) === 1;
  }

  /** Says that what the main thread is doing is stopped because its heap is full. */
  fillHeap(): void {
    Atomics.store(this.cells, 2, 1);
  }

  /** Whether {@link fillHeap} was called since the last time this was. */
  takeHeapFull(): boolean {
    return Atomics.exchange(this.cells, 2, 0) === 1;
  }
}
