/** Where a variable's value lies, under `v`; empty while the variable has none. */
export interface Box {
  v?: unknown;
}

/** A cell's declarations while it runs. */
export interface Declaration {
  /** Takes over what the cell imported, from what its JavaScript exported. */
  take(exports: Record<string, unknown>): void;
  /**
   * After a failure: variables that got no new value get their former one back.
   * @returns whether a name has a value that the cell gave it, or isn't one of the cell's
   */
  giveUp(): (name: string) => boolean;
}

/** The variables of a notebook. A name keeps its box for good, so that whoever holds it sees every new value. */
export class Variables {
  private readonly boxes = new Map<string, Box>();

  /** The box of a variable, made on first use. */
  box(name: string): Box {
    let box = this.boxes.get(name);
    if (box === undefined) this.boxes.set(name, (box = newBox()));
    return box;
  }

  /** What a variable holds. */
  value(name: string): unknown {
    return this.boxes.get(name)?.v;
  }

  /**
   * Prepares for a cell that declares variables.
   * @param blank those that start without a value
   */
  declare(names: string[], blank: string[]): Declaration {
    const before = new Map(names.map((name) => [name, this.box(name).v]));
    // Only these: V8 keeps no plain numbers in a box that was ever emptied.
    for (const name of blank) {
      if (before.get(name) !== undefined) this.box(name).v = undefined;
    }
    return {
      take: (exports) => {
        for (const name of names) {
          // Named imports arrive as getters, which later cells couldn't assign to: only their values stay.
          if (Object.hasOwn(exports, name)) this.box(name).v = exports[name];
        }
      },
      giveUp: () => {
        for (const [name, value] of before) {
          const box = this.box(name);
          if (box.v === undefined && value !== undefined) box.v = value;
        }
        return (name) => {
          if (!before.has(name)) return true;
          const { v } = this.box(name);
          return v !== undefined && v !== before.get(name);
        };
      },
    };
  }
}

/**
 * A class for each box: V8 then learns for each variable by itself what it holds, and keeps a number in place instead of making
 * a new one at each write.
 */
function newBox(): Box {
  return new (class implements Box {
    declare v?: unknown;
  })();
}
