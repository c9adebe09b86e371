import { UserError } from "../user-error.js";
import type { Bundle } from "./bundle.js";

/** Image types that a frontend shows, and how their files begin. */
const imageTypes = {
  "image/png": [0x89, 0x50, 0x4e, 0x47],
  "image/jpeg": [0xff, 0xd8, 0xff],
  "image/gif": [0x47, 0x49, 0x46, 0x38],
} as const;

/** MIME type of an image that can be shown from its bytes. */
export type ImageType = keyof typeof imageTypes;

/** Bytes, or their base64 text. */
export type Binary = Uint8Array | ArrayBuffer | string;

/** HTML as it is: what comes from data must have been escaped. */
export function htmlBundle(markup: string): Bundle {
  return single("text/html", requireText("display.html", markup), "HTML");
}

/**
 * An SVG picture.
 * @throws {UserError} when the text holds no `<svg>` element
 */
export function svgBundle(markup: string): Bundle {
  if (!/<svg[\s>]/i.test(requireText("display.svg", markup))) {
    throw new UserError("display.svg attend le texte d'une image SVG, qui contient un élément <svg>.");
  }
  return single("image/svg+xml", markup, "image SVG");
}

/**
 * An image, from its bytes or their base64 text.
 * @throws {UserError} when the bytes aren't an image of that type
 */
export function imageBundle(type: ImageType, image: Binary): Bundle {
  const bytes = bytesOf(image);
  if (bytes === undefined || !imageTypes[type].every((byte, index) => bytes[index] === byte)) {
    const name = type.slice("image/".length);
    throw new UserError(
      `display.${name} attend le contenu d'un fichier ${name.toUpperCase()} : un Buffer, un Uint8Array ou son texte en base64.`,
    );
  }
  return single(type, Buffer.from(bytes).toString("base64"), `image ${type.slice("image/".length)}`);
}

/** Markdown, with formulas. */
export function markdownBundle(text: string): Bundle {
  return {
    data: { "text/markdown": requireText("display.markdown", text), "text/plain": text },
    metadata: {},
  };
}

/** A formula, with its dollars. */
export function latexBundle(text: string): Bundle {
  return { data: { "text/latex": requireText("display.latex", text), "text/plain": text }, metadata: {} };
}

/**
 * A value as a tree that can be unfolded.
 * @throws {UserError} when JSON can't hold it
 */
export function jsonBundle(value: unknown): Bundle {
  const json = inJson("display.json", value);
  return { data: { "application/json": json, "text/plain": JSON.stringify(json, null, 2) }, metadata: {} };
}

/**
 * A Vega-Lite or Vega chart, by what its `$schema` says; Vega-Lite 5 without one.
 * @throws {UserError} when the specification isn't an object, or names another language
 */
export function vegaBundle(specification: unknown): Bundle {
  if (typeof specification !== "object" || specification === null || Array.isArray(specification)) {
    throw new UserError(
      "display.vegaLite attend une spécification Vega-Lite : un objet { mark, encoding, data… }.",
    );
  }
  const spec = inJson("display.vegaLite", specification) as Record<string, unknown>;
  spec["$schema"] ??= "https://vega.github.io/schema/vega-lite/v5.json";
  const [, language, version] = /\/schema\/(vega|vega-lite)\/v(\d+)/.exec(String(spec["$schema"])) ?? [];
  if (language === undefined || version === undefined) {
    throw new UserError(
      `display.vegaLite ne connaît pas le schéma « ${String(spec["$schema"])} » : il faut celui de Vega-Lite ou de Vega.`,
    );
  }
  const type = `application/vnd.${language === "vega" ? "vega" : "vegalite"}.v${version}+json`;
  const { title } = spec;
  return single(type, spec, typeof title === "string" ? `graphique : ${title}` : "graphique");
}

function single(type: string, value: unknown, label: string): Bundle {
  return { data: { [type]: value, "text/plain": `[${label}]` }, metadata: {} };
}

function requireText(call: string, value: unknown): string {
  if (typeof value !== "string") throw new UserError(`${call} attend un texte, pas ${describe(value)}.`);
  return value;
}

function bytesOf(image: unknown): Uint8Array | undefined {
  if (typeof image === "string") return Buffer.from(image, "base64");
  if (image instanceof Uint8Array) return image;
  return image instanceof ArrayBuffer ? new Uint8Array(image) : undefined;
}

/** A copy as JSON holds it; integers beyond its numbers become text. */
function inJson(call: string, value: unknown): unknown {
  let text: unknown;
  try {
    text = JSON.stringify(value, (_, part: unknown) =>
      typeof part !== "bigint" ? part : Number.isSafeInteger(Number(part)) ? Number(part) : String(part),
    );
  } catch (error) {
    throw new UserError(`${call} ne peut pas écrire cette valeur en JSON (${(error as Error).message}).`);
  }
  if (typeof text !== "string") throw new UserError(`${call} ne peut pas écrire ${describe(value)} en JSON.`);
  return JSON.parse(text) as unknown;
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
