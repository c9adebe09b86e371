/** Pixels between a drawing and the buttons beside it. */
const gap = 16;

/** Width of what the buttons say when they have done something, at most, as the style sheet has it. */
const mostTold = { column: 122, row: 252 };

/**
 * Keeps the buttons off what is drawn: beside it where there is room, else above it, where they stay in sight however far one scrolls. What is wider
 * than its cell scrolls in itself, by the keyboard too.
 * @param frame what holds both, as wide as the cell
 * @param drawn what is drawn, as wide as it is
 */
export function placeTools(frame: HTMLElement, drawn: HTMLElement, tools: HTMLElement, name: string): void {
  frame.prepend(tools);
  const place = () => {
    // By widths that don't change with the place of the buttons.
    const isNarrow = frame.clientWidth - drawn.offsetWidth < widthBeside(tools) + gap;
    frame.classList.toggle("damir-mod-above", isNarrow);
    const scrolls = frame.scrollWidth > frame.clientWidth + 1;
    if (scrolls) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", name);
    } else if (frame.hasAttribute("aria-label")) {
      for (const attribute of ["tabindex", "role", "aria-label"]) frame.removeAttribute(attribute);
    }
  };
  const observer = new ResizeObserver(() => {
    // Drawn anew: what is observed is no longer shown.
    if (drawn.isConnected || !frame.isConnected) place();
    else observer.disconnect();
  });
  observer.observe(frame);
  observer.observe(drawn);
  observer.observe(tools);
}

/** Width of the buttons beside a drawing, with what they have to say: charts have them in a column, tables in a row. */
function widthBeside(tools: HTMLElement): number {
  const widths = [...tools.querySelectorAll("button")].map(({ scrollWidth }) => scrollWidth + 3);
  const isTold = tools.querySelector(".damir-Tools-status")?.textContent !== "";
  return tools.classList.contains("damir-mod-chart")
    ? Math.max(isTold ? mostTold.column : 0, ...widths) + 8
    : widths.reduce((sum, width) => sum + width, isTold ? mostTold.row : 0) + 8;
}
