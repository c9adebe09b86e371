/** What a chart says under the pointer: texts only, whatever the data are. */

interface Pointed {
  clientX?: number;
  clientY?: number;
}

let box: HTMLElement | undefined;

/** Vega's tooltip handler. */
export function showTooltip(_handler: unknown, event: Pointed, _item: unknown, value: unknown): void {
  if (value === null || value === undefined || value === "") {
    box?.remove();
    return;
  }
  box ??= document.createElement("div");
  box.className = "infobulle";
  // The table of the chart's data says it to who can't point.
  box.ariaHidden = "true";
  box.replaceChildren(...content(value));
  document.body.append(box);
  const { clientX = 0, clientY = 0 } = event;
  const { offsetWidth, offsetHeight } = box;
  const { clientWidth, clientHeight } = document.documentElement;
  const left = clientX + 14 + offsetWidth > clientWidth ? clientX - 14 - offsetWidth : clientX + 14;
  const top = clientY + 14 + offsetHeight > clientHeight ? clientY - 14 - offsetHeight : clientY + 14;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${Math.max(4, top)}px`;
}

function content(value: unknown): (Node | string)[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  if (Array.isArray(value)) return [value.map(String).join(", ")];
  const list = document.createElement("dl");
  for (const [name, text] of Object.entries(value)) {
    if (text === undefined) continue;
    const term = document.createElement("dt");
    const words = document.createElement("dd");
    term.textContent = name;
    words.textContent =
      typeof text === "object" ? JSON.stringify(text) : String(text as string | number | boolean);
    list.append(term, words);
  }
  return [list];
}

addEventListener("keydown", ({ key }) => {
  if (key === "Escape") box?.remove();
});
addEventListener("scroll", () => box?.remove(), { passive: true });
