import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { progressText, withProgress } from "./query-progress.js";

const signalName = Symbol.for("Jupyter.signal");
afterEach(() => {
  Reflect.deleteProperty(globalThis, signalName);
  Reflect.deleteProperty(globalThis, "display");
});

interface Shown {
  text: string | undefined;
  displayId: string;
  update: boolean;
}

/** Stands where the kernel has its display. */
function notebook(): Shown[] {
  const shown: Shown[] = [];
  Reflect.set(globalThis, signalName, new AbortController().signal);
  Reflect.set(
    globalThis,
    "display",
    (bundle: Record<string, string>, { displayId, update }: { displayId: string; update: boolean }) =>
      shown.push({ text: bundle["text/plain"], displayId, update }),
  );
  return shown;
}

describe("a query that lasts", () => {
  it("is followed in one output, which is emptied when it ends", async () => {
    const shown = notebook();
    expect(
      await withProgress(
        () => 0.5,
        () => sleep(2700, "fini"),
      ),
    ).toBe("fini");
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(new Set(shown.map(({ displayId }) => displayId)).size).toBe(1);
    expect(shown[0]).toMatchObject({
      text: expect.stringMatching(/50 %, encore 2 s environ/) as unknown,
      update: false,
    });
    expect(shown.slice(1).every(({ update }) => update)).toBe(true);
    expect(shown.at(-1)?.text).toBe("");
  });

  it("never goes back", async () => {
    const shown = notebook();
    const shares = [0.5, 0.2];
    const lookedAt = async (times: number): Promise<void> => {
      while (shown.length < times) await sleep(50);
    };
    await withProgress(
      () => shares.shift() ?? 0.6,
      () => lookedAt(3),
    );
    const percents = shown.map(({ text }) => /(\d+) %/.exec(text ?? "")?.[1]);
    expect(percents.slice(0, 3)).toEqual(["50", "50", "60"]);
  });

  it("leaves nothing behind when its cell is interrupted, before the engine has stopped", async () => {
    const shown = notebook();
    const interruption = new AbortController();
    Reflect.set(globalThis, signalName, interruption.signal);
    const query = withProgress(
      () => 0.5,
      () => sleep(3000),
    );
    await sleep(2200);
    expect(shown.at(-1)?.text).toContain("50 %");
    interruption.abort();
    expect(shown.at(-1)?.text).toBe("");
    const count = shown.length;
    await query;
    expect(shown).toHaveLength(count);
  });

  it("leaves nothing behind when it fails", async () => {
    const shown = notebook();
    const work = sleep(2300).then(() => Promise.reject(new Error("raté")));
    await expect(
      withProgress(
        () => undefined,
        () => work,
      ),
    ).rejects.toThrow("raté");
    expect(shown.at(-1)?.text).toBe("");
  });
});

describe("a short query", () => {
  it("shows nothing", async () => {
    const shown = notebook();
    await withProgress(
      () => 0.5,
      () => sleep(10),
    );
    expect(shown).toEqual([]);
  });
});

describe("progressText", () => {
  it.each([
    [undefined, 2000, "Requête en cours depuis 2 s"],
    [0.01, 3000, "Requête en cours depuis 3 s"],
    [0.25, 10_000, "Requête en cours : 25 %, encore 30 s environ"],
    [0.1, 60_000, "Requête en cours : 10 %, encore 9 min environ"],
  ])("of %s after %s ms is %s", (share, elapsed, text) => {
    expect(progressText(share, elapsed)).toBe(text);
  });
});
