import { UserError } from "../user-error.js";
import { bundleFrom, bundleOf, type Bundle } from "./bundle.js";
import {
  htmlBundle,
  imageBundle,
  jsonBundle,
  latexBundle,
  markdownBundle,
  svgBundle,
  vegaBundle,
  type Binary,
} from "./formats.js";

/** Where an output is shown: a new one, one with a name, or in place of the one with that name. */
export interface DisplayPlace {
  displayId?: string;
  update?: boolean;
}

/** What the global `display` may be told. */
export interface DisplayOptions extends DisplayPlace {
  raw?: boolean;
}

/** The cell that asks for a display. */
export interface DisplayTarget {
  await(work: Promise<unknown>): void;
  show(type: string, bundle: Bundle, more?: Record<string, unknown>): void;
  clear(wait: boolean): void;
  /** Calls `work` when the cell ends, while its outputs can still be changed. */
  beforeEnd(work: () => void): void;
  page(bundle: Bundle): void;
}

/** A function that shows one kind of value. */
type Shower<T> = (value: T, place?: DisplayPlace) => Promise<void>;

/** The global `display`. The cells' own declaration of it, with documentation, is in `language/globals.ts`. */
export interface Display {
  (value: unknown, options?: DisplayOptions): Promise<void>;
  html: Shower<string>;
  svg: Shower<string>;
  png: Shower<Binary>;
  jpeg: Shower<Binary>;
  gif: Shower<Binary>;
  markdown: Shower<string>;
  latex: Shower<string>;
  json: Shower<unknown>;
  vegaLite: Shower<object>;
  clear(options?: { wait?: boolean }): void;
  page(value: unknown): Promise<void>;
}

/**
 * The global `display`: shows values under the cell that calls it.
 * @param current the cell now running, if any
 */
export function displayFunction(current: () => DisplayTarget | undefined): Display {
  const prepare = (work: (target: DisplayTarget) => Promise<void>): Promise<void> => {
    const target = current();
    if (target === undefined) return Promise.resolve();
    const shown = work(target);
    target.await(shown);
    return shown;
  };
  const shower =
    <T>(bundle: (value: T) => Bundle): Shower<T> =>
    (value, place = {}) =>
      // Made at once, so that a fault is reported where the value is shown, and later changes of the value don't show.
      prepare(async (target) => {
        showIn(target, bundle(value), place);
        await Promise.resolve();
      });
  const display = (value: unknown, options: DisplayOptions = {}): Promise<void> =>
    prepare((target) => show(target, value, options));
  return Object.assign(display, {
    html: shower(htmlBundle),
    svg: shower(svgBundle),
    png: shower((image: Binary) => imageBundle("image/png", image)),
    jpeg: shower((image: Binary) => imageBundle("image/jpeg", image)),
    gif: shower((image: Binary) => imageBundle("image/gif", image)),
    markdown: shower(markdownBundle),
    latex: shower(latexBundle),
    json: shower(jsonBundle),
    vegaLite: shower(vegaBundle),
    clear: ({ wait = false }: { wait?: boolean } = {}) => current()?.clear(wait),
    page: (value: unknown) =>
      prepare(async (target) => {
        target.page(await bundleOf(value));
      }),
  });
}

async function show(target: DisplayTarget, value: unknown, options: DisplayOptions): Promise<void> {
  const bundle = options.raw === true ? bundleFrom(value) : await bundleOf(value);
  if (bundle === undefined) {
    throw new UserError(
      'display(…, { raw: true }) attend un objet de types MIME, par exemple { "text/html": "<b>oui</b>" }.',
    );
  }
  showIn(target, bundle, options);
}

/**
 * Shows a bundle in its place.
 * @throws {UserError} when an update doesn't say of what
 */
export function showIn(target: DisplayTarget, bundle: Bundle, { displayId, update }: DisplayPlace): void {
  if (update === true && displayId === undefined) {
    throw new UserError(
      "display(…, { update: true }) doit dire quelle sortie remplacer : ajoutez displayId.",
    );
  }
  const transient = displayId === undefined ? {} : { display_id: displayId };
  target.show(update === true ? "update_display_data" : "display_data", bundle, { transient });
}
