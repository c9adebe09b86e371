import type { IRenderMime, IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { TranslationBundle } from "@jupyterlab/translation";
import { chartDrawing, tableDrawing } from "./drawing.js";
import { enlargeChart, enlargeTable } from "./enlarged.js";
import { placeTools } from "./placement.js";
import { drawingToolbar } from "./toolbar.js";
import { vegaLiteType, viewOf, type Spec } from "./vega-view.js";

const htmlType = "text/html";

/** Puts buttons beside the charts, maps and tables of all notebooks. JupyterLab's own renderers go on drawing them. */
export function addDrawingTools(registry: IRenderMimeRegistry, trans: TranslationBundle): void {
  const plain = registry.clone();
  after(registry, vegaLiteType, (renderer, model) => {
    const view = viewOf(renderer);
    if (!view) return;
    const spec = model.data[vegaLiteType] as unknown as Spec;
    const drawing = chartDrawing(view, spec);
    const tools = drawingToolbar(drawing, trans, () => enlargeChart(plain, trans, spec, view));
    renderer.node.classList.add("damir-Drawing");
    const drawn = renderer.node.querySelector<HTMLElement>(".vega-embed");
    if (drawn) placeTools(renderer.node, drawn, tools, drawing.title || trans.__("Dessin"));
  });
  after(registry, htmlType, (renderer) => {
    const root = renderer.node.querySelector<HTMLElement>(".damir-table");
    if (!root) return;
    const drawing = tableDrawing(root);
    const tools = drawingToolbar(drawing, trans, () => {
      enlargeTable(root, drawing, trans);
    });
    renderer.node.classList.add("damir-Drawing");
    const drawn = root.querySelector<HTMLElement>("table");
    if (drawn) placeTools(renderer.node, drawn, tools, drawing.title || trans.__("Table"));
  });
}

/** Does something each time that a renderer of a type has rendered. */
function after(
  registry: IRenderMimeRegistry,
  mimeType: string,
  decorate: (renderer: IRenderMime.IRenderer, model: IRenderMime.IMimeModel) => void,
): void {
  const factory = registry.getFactory(mimeType);
  if (!factory) return;
  registry.addFactory(
    {
      ...factory,
      mimeTypes: [mimeType],
      createRenderer: (options) => {
        const renderer = factory.createRenderer(options);
        const render = renderer.renderModel.bind(renderer);
        renderer.renderModel = async (model) => {
          await render(model);
          decorate(renderer, model);
        };
        return renderer;
      },
    },
    registry.getRank(mimeType),
  );
}
