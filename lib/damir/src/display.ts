/** MIME bundle: what a front end may show, richest form it knows first. */
export type MimeBundle = Record<string, unknown>;

/** A bundle and its metadata by MIME type. */
export interface DisplayData {
  data: MimeBundle;
  metadata?: Record<string, unknown>;
}

/** The method by which a value tells a Jupyter kernel how it is shown. The name is shared with Deno's kernel. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** A value that notebooks can show. */
export interface Displayable {
  [jupyterDisplay](): DisplayData | Promise<DisplayData>;
}
