/** Files of a static site, wherever they are kept. Paths are relative, with `/`, never starting by one. */
export interface SiteFiles {
  /** Names of the files called `name` in the folders at the root of the site: `a/analyse.json`, `b/analyse.json`. */
  listNamed(name: string): Promise<string[]>;
  /** Content of a file; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes a file whole, or not at all. */
  write(path: string, content: Uint8Array): Promise<void>;
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
