/** Files of a static site, wherever they are kept. Paths are relative, with `/`, never starting by one. */
export interface SiteFiles {
  /** True where nobody else can write on the site until we are done. */
  readonly exclusive: boolean;
  /** Names of the files called `name` in the folders at the root of the site: `a/analyse.json`, `b/analyse.json`. */
  listNamed(name: string): Promise<string[]>;
  /** Content of a file; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * Writes a file whole, or not at all.
   * @param unlessChanged true to write only if the file is as it was last read here, absence included
   * @throws ChangedMeanwhile when it isn't
   */
  write(path: string, content: Uint8Array, unlessChanged?: boolean): Promise<void>;
}

/** Somebody else wrote the file after we read it. */
export class ChangedMeanwhile extends Error {
  override name = "ChangedMeanwhile";
}

/** What a web server must say of a file. */
export function contentType(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const types: Record<string, string> = {
    html: "text/html; charset=utf-8",
    json: "application/json; charset=utf-8",
    png: "image/png",
    xml: "application/atom+xml; charset=utf-8",
  };
  return types[extension] ?? "application/octet-stream";
}
