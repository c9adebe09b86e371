import type typescript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter.js";

/** Makes tslab's converter for the current folder. Takes long unless source files were kept. */
export type CreateConverter = (options: { isJS: boolean; isBrowser: boolean }) => Converter;

/** The compiler and tslab's converter, wherever they were loaded from. */
export interface Toolchain {
  ts: typeof typescript;
  /** tslab's converter over a compiler of ours. */
  converterOver(compiler: object): CreateConverter;
  /** Folder of the `@types` that tslab brings. */
  types: string;
}
