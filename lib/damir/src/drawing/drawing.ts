import type { TopLevelSpec } from "vega-lite";
import { type DisplayData, type Displayable, jupyterDisplay } from "../display.js";
import { pictureOf, type Picture } from "./png.js";

/**
 * A chart or a map. A notebook shows it in three forms: the Vega-Lite specification (interactive in JupyterLab), a PNG
 * (GitHub, nbviewer, e-mail) and a text.
 */
export class Drawing implements Displayable {
  #picture: Promise<Picture> | undefined;

  constructor(
    /** The complete Vega-Lite 5 specification, data included. */
    readonly spec: TopLevelSpec,
    /** What the drawing shows, in words computed from the data. */
    readonly alternative: string,
  ) {}

  /** The PNG, drawn once. */
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
