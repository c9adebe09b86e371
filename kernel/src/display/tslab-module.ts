import { randomUUID } from "node:crypto";
import { showIn, type DisplayTarget } from "./display-global.js";

/** What tslab's module calls a display: each method shows one kind of value. */
interface TslabDisplay {
  javascript(script: string): void;
  html(markup: string): void;
  markdown(text: string): void;
  latex(text: string): void;
  svg(markup: string): void;
  png(bytes: Uint8Array): void;
  jpeg(bytes: Uint8Array): void;
  gif(bytes: Uint8Array): void;
  pdf(bytes: Uint8Array): void;
  text(text: string): void;
  raw(contentType: string, content: string | Uint8Array): void;
}

/** What `import "tslab"` gives here, so that notebooks written for tslab's own kernel run. */
export interface TslabModule {
  display: TslabDisplay;
  /** A display whose values replace one another. */
  newDisplay(): TslabDisplay;
  versions: { tslab: string; typescript: string; node: string };
}

/**
 * tslab's module with this kernel behind it.
 * @param current the cell now running, if any
 * @param versions of the compiler
 */
export function tslabModule(
  current: () => DisplayTarget | undefined,
  versions: { tslab: string; typescript: string },
): TslabModule {
  const makeDisplay = (displayId?: string): TslabDisplay => {
    let shown = false;
    const raw = (contentType: string, content: string | Uint8Array): void => {
      const target = current();
      if (target === undefined) return;
      const value = typeof content === "string" ? content : Buffer.from(content).toString("base64");
      const place = displayId === undefined ? {} : { displayId, update: shown };
      showIn(target, { data: { [contentType]: value }, metadata: {} }, place);
      shown = true;
    };
    const as =
      (contentType: string) =>
      (content: string | Uint8Array): void => {
        raw(contentType, content);
      };
    return {
      raw,
      javascript: as("text/javascript"),
      html: as("text/html"),
      markdown: as("text/markdown"),
      latex: as("text/latex"),
      svg: as("image/svg+xml"),
      png: as("image/png"),
      jpeg: as("image/jpeg"),
      gif: as("image/gif"),
      pdf: as("application/pdf"),
      text: as("text/plain"),
    };
  };
  const module: TslabModule = {
    display: makeDisplay(),
    newDisplay: () => makeDisplay(randomUUID()),
    versions: { ...versions, node: process.version },
  };
  // The compiler's helpers ask whether it was an ES module.
  return Object.defineProperty(module, "__esModule", { value: true });
}
