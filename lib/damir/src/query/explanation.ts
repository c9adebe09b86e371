import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import { escapeHtml } from "../html.js";

/** How an engine would run a query, as it writes it. A notebook shows it with its alignment kept. */
export class Explanation implements Displayable {
  constructor(readonly text: string) {}

  /**
   * The plan, as the engine writes it.
   *
   * @example
   * const plan = await damir.sql`SELECT count(*) FROM regions`.explain();
   * console.log(plan.toString());
   */
  toString(): string {
    return this.text;
  }

  [jupyterDisplay](): DisplayData {
    return {
      data: {
        "text/html": `<pre style="line-height:1.15">${escapeHtml(this.text)}</pre>`,
        "text/plain": this.text,
      },
    };
  }
}
