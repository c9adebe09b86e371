import UPNG from "upng-js";

/** Colours of the palette: lines and areas of charts, their blends with the ground, and the words' grey edges. */
const colours = 128;

/**
 * A PNG in a palette: what a chart needs, at a fraction of its size.
 * @returns what was given where it isn't a PNG, or wouldn't get smaller
 */
export function lighterPng(bytes: Uint8Array): Uint8Array {
  try {
    const image = UPNG.decode(bytes.slice().buffer);
    const light = UPNG.encode(UPNG.toRGBA8(image).slice(0, 1), image.width, image.height, colours);
    return light.byteLength < bytes.byteLength ? new Uint8Array(light) : bytes;
  } catch {
    // A picture that a cell made by other means may be of a kind that this decoder doesn't know; browsers may.
    return bytes;
  }
}
