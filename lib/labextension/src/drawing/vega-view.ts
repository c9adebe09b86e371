/** What is used of a Vega view: https://vega.github.io/vega/docs/api/view/. */
export interface VegaView {
  toImageURL(type: "png", scaleFactor: number): Promise<string>;
  toSVG(): Promise<string>;
  scenegraph(): { readonly root: SceneMark };
  signal(name: string): unknown;
  getState(): unknown;
  setState(state: unknown): VegaView;
  tooltip(): TooltipHandler;
  tooltip(handler: TooltipHandler): VegaView;
}

/** Shows the tooltip of a mark. */
export type TooltipHandler = (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void;

/** A mark of the drawn scene: its items, which hold marks of their own where they are groups. */
export interface SceneMark {
  readonly marktype: string;
  readonly role?: string;
  readonly items: readonly SceneItem[];
}

/** What a mark drew of one row. */
export interface SceneItem {
  readonly datum?: unknown;
  readonly tooltip?: unknown;
  readonly items?: readonly SceneMark[];
}

/** A Vega-Lite specification, as far as it is read here. */
export type Spec = Readonly<Record<string, unknown>>;

/** MIME type of the charts that JupyterLab draws by itself. */
export const vegaLiteType = "application/vnd.vegalite.v5+json";

/**
 * The view behind a chart that JupyterLab drew: Vega stays JupyterLab's own, loaded once.
 * JupyterLab names it nowhere in public; where a version of it no longer keeps it there, charts go without the buttons that need it.
 */
export function viewOf(renderer: object): VegaView | undefined {
  const { view } = (renderer as { _result?: { view?: VegaView } })._result ?? {};
  return typeof view?.scenegraph === "function" ? view : undefined;
}

/** Title of a specification, or of the first of its views that has one; empty for none. */
export function titleOf(spec: Spec): string {
  const { title } = spec;
  const shown = typeof title === "object" && title !== null ? (title as Spec) : { text: title };
  // The line of sources is a title under the drawing.
  if (shown["text"] !== undefined && shown["orient"] !== "bottom")
    return [shown["text"]].flat().map(String).join(" ");
  for (const view of viewsOf(spec)) {
    const found = titleOf(view);
    if (found !== "") return found;
  }
  return "";
}

/** The views that a specification is made of. */
export function viewsOf(spec: Spec): readonly Spec[] {
  return ["vconcat", "hconcat", "concat", "layer", "spec"].flatMap(
    (key) => (spec[key] ?? []) as Spec | readonly Spec[],
  );
}
