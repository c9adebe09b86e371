import type { NotebookOutput } from "../check/check-report.js";
import { escaped } from "./markup.js";
import { lighterPng } from "./picture.js";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString("base64");

/** Bytes of an output's PNG; undefined where it has none. */
export function pngOf({ data = {} }: NotebookOutput): Uint8Array | undefined {
  const content = text(data["image/png"]);
  return content === "" ? undefined : new Uint8Array(Buffer.from(content, "base64"));
}

/**
 * An output's picture, as an `img`: no script of an SVG runs there, and nothing is loaded.
 * @param alternative what it shows, where its metadata don't say
 * @returns nothing where it has no picture
 */
export function pictureHtml(output: NotebookOutput, alternative: string): string {
  const { data = {}, metadata = {} } = output;
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const content = text(data[type]);
    if (content === "") continue;
    const { alt, width, height } = (metadata[type] ?? {}) as Record<string, unknown>;
    const bytes = new Uint8Array(Buffer.from(content, "base64"));
    const size =
      typeof width === "number" && typeof height === "number"
        ? ` width="${Math.round(width)}" height="${Math.round(height)}"`
        : "";
    return `<img src="data:${type};base64,${base64(type === "image/png" ? lighterPng(bytes) : bytes)}" alt="${escaped(text(alt) || alternative)}"${size}>`;
  }
  const svg = text(data["image/svg+xml"]);
  return svg === ""
    ? ""
    : `<img src="data:image/svg+xml;base64,${base64(svg)}" alt="${escaped(alternative)}">`;
}
