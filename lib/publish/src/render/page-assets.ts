import { readFileSync } from "node:fs";
import { UserError } from "damir";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** The page's own style sheet. */
export function pageStyle(): string {
  return read("../../assets/page.css")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/^\s+/gm, "")
    .trim();
}

/**
 * A script of the page, as `bundle.mjs` made it.
 * @param name `page`: code, tables; `charts`: Vega
 * @throws UserError when the project isn't built
 */
export function pageScript(name: "page" | "charts"): string {
  try {
    return read(`../../dist/page/${name}.js`).trim();
  } catch (cause) {
    throw new UserError(
      "La page ne peut pas être faite : le projet n'est pas compilé. Lancez « npm run build ».",
      {
        cause,
      },
    );
  }
}
