const ink = "#1f2933";
const lineColor = "#c4cad0";
const warningColor = "#b3261e";

/** White around the table, in pixels. */
const margin = 16;

interface Line {
  readonly text: string;
  readonly rect: DOMRect;
}

/**
 * A table as it stands on the page, as SVG: its texts stay texts, on white whatever the lab's theme. What scrolls out of sight is in it;
 * its buttons aren't.
 * @param root the table with its caption and its sources, shown on the page
 */
export function tableSvg(root: HTMLElement): string {
  const table = root.querySelector("table");
  if (!table) throw new Error("there is no table to draw");
  const bar = root.querySelector(".damir-bar")?.getBoundingClientRect();
  const parts = [...root.querySelectorAll<HTMLElement>("caption, th, td, .damir-foot")];
  const { left, top } = table.getBoundingClientRect();
  const origin = { x: left - margin, y: top - margin };
  let [right, bottom] = [0, 0];
  const drawn = parts.flatMap((part) => {
    // What stands under the buttons moves up to where they were.
    const lift = bar && part.getBoundingClientRect().top >= bar.bottom ? bar.height : 0;
    const box = part.getBoundingClientRect();
    const found = textNodes(part).flatMap((node) => {
      const style = getComputedStyle(node.parentElement ?? part);
      const marked = node.parentElement?.classList.contains("damir-synthetic") === true;
      return linesOf(node).map(({ text, rect }) => {
        right = Math.max(right, rect.right - origin.x);
        bottom = Math.max(bottom, rect.bottom - lift - origin.y);
        return textElement(text, rect, style, marked, { x: origin.x, y: origin.y + lift });
      });
    });
    return part instanceof HTMLTableCellElement
      ? [...found, rule(box, part.tagName === "TH", origin)]
      : found;
  });
  right = Math.max(right, table.getBoundingClientRect().right - origin.x);
  const [width, height] = [Math.ceil(right + margin), Math.ceil(bottom + margin)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...drawn,
    "</svg>",
  ].join("");
}

function textNodes(part: HTMLElement): Text[] {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as Text);
  return found.filter(({ data }) => data.trim() !== "");
}

/** A text as the page broke it into lines. */
function linesOf(node: Text): Line[] {
  const range = document.createRange();
  const lines: { from: number; to: number; top: number }[] = [];
  for (let index = 0; index < node.length; index++) {
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    const { top, width } = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && (width === 0 || Math.abs(last.top - top) < 1)) last.to = index + 1;
    else lines.push({ from: index, to: index + 1, top });
  }
  return lines.map(({ from, to }) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return { text: node.data.slice(from, to).trim(), rect: range.getBoundingClientRect() };
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function textElement(
  text: string,
  rect: DOMRect,
  style: CSSStyleDeclaration,
  marked: boolean,
  origin: Point,
): string {
  const x = rect.left - origin.x;
  const y = rect.top - origin.y;
  const ground = marked
    ? `<rect x="${x - 6}" y="${y - 1}" width="${rect.width + 12}" height="${rect.height + 2}" rx="3" fill="${warningColor}"/>`
    : "";
  const font = `font-family="${escapeXml(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}"`;
  return `${ground}<text x="${x}" y="${y + rect.height * baseline(style)}" ${font} fill="${marked ? "white" : ink}" xml:space="preserve">${escapeXml(text)}</text>`;
}

let pen: CanvasRenderingContext2D | null | undefined;

/** Where letters of a font stand, as a share of the height of its line. */
function baseline({ fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): number {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return 0.8;
  pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pen.measureText("");
  return above / (above + below);
}

function rule({ left, right, bottom }: DOMRect, isHead: boolean, { x, y }: Point): string {
  const width = isHead ? 2 : 1;
  const at = bottom - y - width / 2;
  return `<line x1="${left - x}" x2="${right - x}" y1="${at}" y2="${at}" stroke="${lineColor}" stroke-width="${width}"/>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
