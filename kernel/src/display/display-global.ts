import { bundleFrom, bundleOf, type Bundle } from "./bundle.js";
import { UserError } from "../user-error.js";

/** What the global `display` may be told. */
export interface DisplayOptions {
  raw?: boolean;
  displayId?: string;
  update?: boolean;
}

/** The cell that asks for a display. */
interface DisplayTarget {
  await(work: Promise<unknown>): void;
  show(type: string, bundle: Bundle, more?: Record<string, unknown>): void;
}

/**
 * The global `display(value, options)`: shows a value under the cell that calls it.
 * @param current the cell now running, if any
 */
export function displayFunction(
  current: () => DisplayTarget | undefined,
): (value: unknown, options?: DisplayOptions) => Promise<void> {
  return (value, options = {}) => {
    const target = current();
    if (target === undefined) return Promise.resolve();
    const work = show(target, value, options);
    target.await(work);
    return work;
  };
}

async function show(target: DisplayTarget, value: unknown, options: DisplayOptions): Promise<void> {
  const bundle = options.raw === true ? bundleFrom(value) : await bundleOf(value);
  if (bundle === undefined) {
    throw new UserError(
      'display(…, { raw: true }) attend un objet de types MIME, par exemple { "text/html": "<b>oui</b>" }.',
    );
  }
  if (options.update === true && options.displayId === undefined) {
    throw new UserError(
      "display(…, { update: true }) doit dire quelle sortie remplacer : ajoutez displayId.",
    );
  }
  const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
  target.show(options.update === true ? "update_display_data" : "display_data", bundle, { transient });
}
