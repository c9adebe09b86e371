import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import type { AxeResults } from "axe-core";
import type { Notebook } from "../scripts/notebook-run.mjs";

/** The lab as a page sees it, started with `--LabApp.expose_app_in_browser=True`. */
export interface LabWindow {
  jupyterapp: {
    commands: { execute(id: string, args?: Record<string, unknown>): Promise<unknown> };
    serviceManager: { settings: { save(id: string, raw: string): Promise<void> } };
    shell: {
      currentWidget: {
        sessionContext?: { isReady: boolean; session?: { kernel?: { name: string; status: string } } };
        context?: { path: string };
        content: {
          mode: string;
          activeCellIndex: number;
          model: { toJSON(): Notebook };
          scrollToItem(index: number, align: string): Promise<void>;
        };
      };
    };
  };
}

/** Opens a lab as someone does who comes for the first time: nothing is restored. */
export async function openLabPage(
  browser: Browser,
  url: string,
  viewport = { width: 1280, height: 1000 },
): Promise<Page> {
  const page = await browser.newPage({ viewport, locale: "fr-FR" });
  await page.goto(`${url}&reset`);
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
  return page;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core holds against a part of the page under WCAG 2.1 A and AA: one line a rule and element. */
export async function accessibilityProblems(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (scope) =>
      (window as unknown as { axe: { run(scope: string, options: unknown): Promise<AxeResults> } }).axe.run(
        scope,
        { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } },
      ),
    selector,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Runs a command of the lab, and waits for its end. */
export function runCommand(page: Page, id: string, args: Record<string, unknown> = {}): Promise<unknown> {
  return page.evaluate(
    async ([command, options]) => {
      await (window as unknown as LabWindow).jupyterapp.commands.execute(command, options);
    },
    [id, args] as const,
  );
}

/**
 * Waits until a notebook is the current one, with the right kernel at rest.
 * @throws Error that says what is there instead
 */
export async function waitForNotebook(page: Page, path: string): Promise<void> {
  const state = () => {
    const widget = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    const kernel = widget.sessionContext?.session?.kernel;
    return {
      path: widget.context?.path,
      kernel: kernel?.name,
      status: kernel?.status,
      isReady: widget.sessionContext?.isReady,
    };
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await page.evaluate(state);
    if (found.path === path && found.kernel === "typescript" && found.isReady === true) return;
    if (Date.now() > deadline) throw new Error(`${path} isn't open and ready: ${JSON.stringify(found)}`);
    await page.waitForTimeout(100);
  }
}

/** The notebook that one sees, saved or not. */
export function currentNotebook(page: Page): Promise<Notebook> {
  return page.evaluate(() =>
    (window as unknown as LabWindow).jupyterapp.shell.currentWidget.content.model.toJSON(),
  );
}
