/** A point in the plane of the drawing, y downwards. */
export type Point = [x: number, y: number];

/**
 * Reads the closed rings of an SVG path made of straight segments (commands m, l, h, v, z in either case).
 * @throws Error on any other command: a curve has no vertices to read
 */
export function ringsOfPath(path: string): Point[][] {
  const tokens = path.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/g) ?? [];
  const rings: Point[][] = [];
  let [x, y] = [0, 0];
  let command = "";
  let index = 0;
  const number = () => Number(tokens[index++]);
  while (index < tokens.length) {
    if (/[a-zA-Z]/.test(tokens[index] ?? "")) command = tokens[index++] ?? "";
    const relative = command === command.toLowerCase();
    switch (command.toLowerCase()) {
      case "z":
        [x, y] = rings.at(-1)?.[0] ?? [0, 0];
        continue;
      case "m":
      case "l":
        x = number() + (relative ? x : 0);
        y = number() + (relative ? y : 0);
        if (command.toLowerCase() === "m") {
          rings.push([]);
          command = relative ? "l" : "L";
        }
        break;
      case "h":
        x = number() + (relative ? x : 0);
        break;
      case "v":
        y = number() + (relative ? y : 0);
        break;
      default:
        throw new Error(`path command ${command} is not a straight segment`);
    }
    rings.at(-1)?.push([x, y]);
  }
  return rings;
}
