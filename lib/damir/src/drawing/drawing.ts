import type { TopLevelSpec } from "vega-lite";
import { type DisplayData, type Displayable, jupyterDisplay } from "../display.js";
import { framed, type Frame } from "./frame.js";
import { pictureOf, type Picture } from "./png.js";

/**
 * A chart or a map. A notebook shows it in three forms: the Vega-Lite specification (interactive in JupyterLab), a PNG
 * (GitHub, nbviewer, e-mail) and a text.
 */
export class Drawing implements Displayable {
  /** The complete Vega-Lite 5 specification, data included. */
  readonly spec: TopLevelSpec;
  #picture: Promise<Picture> | undefined;

  /** Use `chart`, its forms, or `map`. */
  constructor(
    /** The Vega-Lite view, without what stands around it. */
    readonly view: Readonly<Record<string, unknown>>,
    /** What stands around it. */
    readonly frame: Frame,
  ) {
    this.spec = framed(view, frame);
  }

  /** What the drawing shows, in words computed from the data. */
  get alternative(): string {
    return this.frame.alternative;
  }

  /**
   * The PNG, drawn once.
   *
   * @example
   * const habitants = await damir.sql`
   *   SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY 1`;
   * const drawing = map(habitants, { title: "Population", style: "circles" });
   * const { png } = await drawing.picture();
   */
  picture(): Promise<Picture> {
    this.#picture ??= pictureOf(this.spec);
    return this.#picture;
  }

  async [jupyterDisplay](): Promise<DisplayData> {
    const { png, width, height } = await this.picture();
    return {
      data: {
        "application/vnd.vegalite.v5+json": this.spec,
        "image/png": png.toString("base64"),
        "text/plain": this.alternative,
      },
      metadata: { "image/png": { width, height, alt: this.alternative } },
    };
  }
}
