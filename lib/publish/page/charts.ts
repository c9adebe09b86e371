/**
 * Draws a page's charts and maps, each when it is about to be seen. Specifications are data of the notebook: expressions are
 * interpreted, never compiled to code; nothing is loaded and no link is followed. What can't be drawn leaves its picture.
 */
import { Error as errorsOnly, type Loader, logger, parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { showTooltip } from "./tooltip.js";

const refuse = () => Promise.reject(new Error("a published page loads nothing"));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse } as unknown as Loader;

/** Rows that several charts share, by their number. */
const shared = JSON.parse(document.getElementById("donnees-communes")?.textContent ?? "[]") as unknown[];

/** Past so many marks, a canvas is much faster than as many elements. */
const mostElements = 4000;

async function draw(figure: HTMLElement): Promise<void> {
  const json = figure.querySelector('script[type="application/json"]')?.textContent;
  const place = figure.querySelector<HTMLElement>(".vue");
  const choices = figure.querySelector<HTMLElement>(".choix");
  if (!json || !place || !choices) return;
  const spec = JSON.parse(json, (key: string, value: unknown) => {
    const number = key === "values" ? (value as { commun?: unknown } | null)?.commun : undefined;
    // Vega marks the rows that it is given: each chart has its own.
    return typeof number === "number" ? structuredClone(shared[number]) : value;
  }) as Spec;
  const rows = (spec.data ?? []).map((data) =>
    "values" in data && Array.isArray(data.values) ? data.values.length : 0,
  );
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    loader,
    logger: logger(errorsOnly),
    renderer: Math.max(0, ...rows) > mostElements ? "canvas" : "svg",
    tooltip: showTooltip,
    hover: true,
  });
  const { ariaLabel } = place;
  view.initialize(place, choices);
  await view.runAsync();
  // One picture with one text, rather than a hundred marks to step through; the data are in the table below.
  place.role = "img";
  place.ariaLabel = ariaLabel;
  place.ariaRoleDescription = null;
  for (const drawn of place.querySelectorAll("svg, canvas")) drawn.ariaHidden = "true";
  figure.classList.add("vivant");
  // What scrolls has to be reached by the keyboard.
  const frame = place.parentElement;
  if (frame && frame.scrollWidth > frame.clientWidth) {
    frame.tabIndex = 0;
    frame.role = "group";
    frame.ariaLabel = "Graphique, à faire défiler";
  }
}

const drawOnce = (figure: HTMLElement) => {
  if (figure.dataset["dessin"] !== undefined) return;
  figure.dataset["dessin"] = "en-cours";
  draw(figure).then(
    () => (figure.dataset["dessin"] = "fait"),
    (error: unknown) => {
      figure.dataset["dessin"] = "echec";
      figure.querySelector(".vue")?.replaceChildren();
      console.warn("Ce graphique reste une image :", error);
    },
  );
};

const watch = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      drawOnce(target as HTMLElement);
    }
  },
  { rootMargin: "400px" },
);
for (const figure of document.querySelectorAll("figure.graphique")) watch.observe(figure);
