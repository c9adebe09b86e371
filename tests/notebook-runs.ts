import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../scripts/setup.mjs";
import type { Notebook } from "../scripts/notebook-run.mjs";
import type { LabWindow } from "./lab-pages.js";

/** Runs every cell of the current notebook by the menu, as a person does, and returns it once all have run or one has failed. */
export async function runAllCells(page: Page): Promise<Notebook> {
  // Run before the kernel answers, and JupyterLab asks which kernel to take.
  await page.waitForFunction(() => {
    const { sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    return sessionContext?.isReady === true && sessionContext.session?.kernel?.status === "idle";
  });
  await page.getByRole("menuitem", { name: "Exécution", exact: true }).click();
  await page.locator('li[data-command="runmenu:run-all"]').click();
  await page.waitForFunction(
    () => {
      const { cells } = (
        window as unknown as LabWindow
      ).jupyterapp.shell.currentWidget.content.model.toJSON();
      const code = cells.filter((cell) => cell.cell_type === "code");
      return (
        code.every((cell) => typeof cell.execution_count === "number") ||
        code.some((cell) => cell.outputs?.some((output) => output.output_type === "error"))
      );
    },
    undefined,
    { timeout: 120_000 },
  );
  return page.evaluate(() =>
    (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model.toJSON(),
  );
}

/** Scrolls to each chart in turn (JupyterLab draws what is seen), keeps a picture, and counts its painted pixels. */
export async function drawnCharts(
  page: Page,
  name: string,
  notebook: Notebook,
): Promise<{ width: number; height: number; painted: number }[]> {
  const shown = [];
  for (const [index, cell] of notebook.cells.entries()) {
    const isDrawing = cell.outputs?.some(
      ({ data }) => data?.["application/vnd.vegalite.v5+json"] !== undefined,
    );
    if (isDrawing !== true) continue;
    await page.evaluate(
      (item) =>
        (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.scrollToItem(item, "start"),
      index,
    );
    const chart = page.locator(`.jp-Cell[data-windowed-list-index="${index}"] .vega-embed`);
    const canvas = chart.locator("canvas").first();
    await canvas.waitFor();
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const painted = await canvas.evaluate((node) => {
      const element = node as HTMLCanvasElement;
      const pixels = element.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? [];
      let count = 0;
      for (let i = 0; i < pixels.length; i += 4) if ((pixels[i] ?? 255) < 200) count++;
      return count;
    });
    await page.screenshot({ path: join(root, "tests", "output", `${name}-${cell.id}.png`) });
    shown.push({ width: box?.width ?? 0, height: box?.height ?? 0, painted });
  }
  return shown;
}
