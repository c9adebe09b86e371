import { captureDescriptors } from "./descriptor-output.js";
import type { StreamName } from "../display/stream.js";

/** Passes on everything written to `process.stdout` and `process.stderr`, `console` included. */
export function captureOutput(write: (name: StreamName, text: string) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    process[name].write = (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
      const text =
        typeof chunk !== "string"
          ? decoder.decode(chunk, { stream: true })
          : isByteEncoding(encoding)
            ? Buffer.from(chunk, encoding).toString("utf8")
            : chunk;
      write(name, text);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") queueMicrotask(done as () => void);
      return true;
    };
  }
  captureDescriptors((name, chunk) => process[name].write(chunk));
}

/**
 * Lets groups of `console` be ended from outside: an open one would indent what later cells print.
 * @returns what ends all open groups
 */
export function endableGroups(): () => void {
  const { group, groupEnd } = console;
  let depth = 0;
  const open = (...label: unknown[]): void => {
    depth += 1;
    group(...label);
  };
  const close = (): void => {
    if (depth > 0) depth -= 1;
    groupEnd();
  };
  Object.assign(console, { group: open, groupCollapsed: open, groupEnd: close });
  return () => {
    while (depth > 0) close();
  };
}

function isByteEncoding(encoding: unknown): encoding is BufferEncoding {
  return encoding === "hex" || encoding === "base64" || encoding === "base64url";
}
