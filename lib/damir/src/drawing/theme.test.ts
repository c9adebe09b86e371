import { expect, it } from "vitest";
import {
  categoryColors,
  contrastColor,
  hatchColor,
  ink,
  mainColor,
  missingColor,
  otherColor,
  quietInk,
  sexColors,
  sexTextColors,
  sizeSteps,
  warningColor,
} from "./theme.js";

type Triple = [number, number, number];

/** Linear light of a colour written `#rrggbb`. */
function linear(hex: string): Triple {
  const part = (start: number) => {
    const value = parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function luminance([red, green, blue]: Triple): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours by WCAG 2.1. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(linear(one)), luminance(linear(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** How colours are seen without one kind of cones. Source: Machado, Oliveira, Fernandes, IEEE TVCG 15(6), 2009, severity 1. */
const visions: Record<string, [Triple, Triple, Triple]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function product(row: Triple, vector: Triple): number {
  return row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2];
}

/** CIE Lab under D65. */
function lab(light: Triple): Triple {
  const clipped = light.map((value) => Math.min(1, Math.max(0, value))) as Triple;
  const scale = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = scale(product([0.4124, 0.3576, 0.1805], clipped) / 0.95047);
  const y = scale(product([0.2126, 0.7152, 0.0722], clipped));
  const z = scale(product([0.0193, 0.1192, 0.9505], clipped) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two colours (CIE76) as a vision sees them: 2 is just noticeable, 10 is seen at a glance. */
function distance(one: string, other: string, [red, green, blue]: [Triple, Triple, Triple]): number {
  const seen = (hex: string) => {
    const light = linear(hex);
    return lab([product(red, light), product(green, light), product(blue, light)]);
  };
  const [a, b] = [seen(one), seen(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

it.each([
  ["title and labels", ink],
  ["quiet text", quietInk],
  ["warning", warningColor],
  ["men", sexTextColors[0] ?? ""],
  ["women", sexTextColors[1] ?? ""],
])("writes %s in a colour of 4.5:1 on white at least (WCAG AA)", (_, color) => {
  expect(contrast(color, "#ffffff")).toBeGreaterThanOrEqual(4.5);
});

it.each([...categoryColors, contrastColor, ...sexColors, otherColor])(
  "draws %s with 3:1 on white at least (WCAG AA for marks)",
  (color) => {
    expect(contrast(color, "#ffffff")).toBeGreaterThanOrEqual(3);
  },
);

it.each(Object.entries(visions))("tells the categories apart with %s", (_, vision) => {
  const close = categoryColors.flatMap((one, index) =>
    categoryColors
      .slice(index + 1)
      .map((other) => ({ one, other, distance: Math.round(distance(one, other, vision)) }))
      .filter((pair) => pair.distance < 10),
  );
  expect(close).toEqual([]);
  expect(distance(sexColors[0] ?? "", sexColors[1] ?? "", vision)).toBeGreaterThan(20);
  expect(distance(mainColor, contrastColor, vision)).toBeGreaterThan(20);
});

it("hatches absent data so that it is seen without colours", () => {
  expect(contrast(hatchColor, missingColor)).toBeGreaterThan(2);
});

it("shows round sizes in a legend, within the values", () => {
  expect(sizeSteps([12, 2_620_000])).toEqual([2_000_000, 1_000_000, 100_000]);
  expect(sizeSteps([0])).toEqual([]);
});
