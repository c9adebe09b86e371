import type { TooltipHandler, VegaView } from "./vega-view.js";

const pointerEvents = [
  "pointerdown",
  "pointermove",
  "pointerup",
  "mousedown",
  "mousemove",
  "mouseup",
  "mouseover",
  "mouseout",
  "click",
  "dblclick",
  "wheel",
];

/**
 * Lets a chart that CSS enlarges understand the pointer: Vega reckons in its own pixels from where the chart begins, and knows nothing of
 * transforms.
 * @param stage what holds the chart
 * @param scale pixels of the screen for one of the chart's
 * @param tooltips what holds the tooltips, which stand where the pointer is on the screen
 * @returns stops it
 */
export function followZoomedPointer(
  stage: HTMLElement,
  view: VegaView,
  scale: () => number,
  tooltips: HTMLElement,
): () => void {
  let onScreen = { clientX: 0, clientY: 0 };
  const correct = (event: Event) => {
    const chart = stage.querySelector(".marks");
    if (!(event instanceof MouseEvent) || !chart || !stage.contains(event.target as Node)) return;
    const { clientX, clientY } = event;
    const { left, top } = chart.getBoundingClientRect();
    onScreen = { clientX, clientY };
    Object.defineProperties(event, {
      clientX: { value: left + (clientX - left) / scale() },
      clientY: { value: top + (clientY - top) / scale() },
    });
  };
  for (const type of pointerEvents) window.addEventListener(type, correct, { capture: true, passive: true });
  const show: TooltipHandler = view.tooltip();
  view.tooltip((handler, event, item, value) => {
    show(handler, new MouseEvent(event.type, onScreen), item, value);
    // The window of a dialog lies above everything else on the page.
    const tooltip = document.getElementById("vg-tooltip-element");
    if (tooltip && tooltip.parentElement !== tooltips) tooltips.append(tooltip);
  });
  return () => {
    for (const type of pointerEvents) window.removeEventListener(type, correct, { capture: true });
    const tooltip = tooltips.querySelector("#vg-tooltip-element");
    if (tooltip) document.body.append(tooltip);
  };
}
