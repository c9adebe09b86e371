import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { FetchEffects } from "./fetch-effects.js";

/** A file that one of the sites gives. */
export interface SiteFile {
  bytes: Buffer;
  etag?: string;
  lastModified?: string;
  /** False for a server that ignores Range. */
  ranges?: boolean;
}

/** What goes wrong with one request for a file; true when it answered in the server's place. */
export type Fault = (request: IncomingMessage, response: ServerResponse, file: SiteFile) => boolean;

/** A resource as data.gouv.fr lists it. */
export interface SiteResource {
  id: string;
  title: string;
  url: string;
  filesize?: number;
  last_modified?: string;
}

/**
 * The published sites on this machine, as a mirror (`DAMIR_MIRROR`): CNAM's list page with its session and token,
 * data.gouv.fr's API by pages, files with conditions and ranges, and the faults that a test asks for.
 */
export class PublishedSites {
  /** By address without `https://`. CNAM's are `cnam/<name>`. */
  readonly files = new Map<string, SiteFile>();
  /** By dataset. */
  readonly resources = new Map<string, SiteResource[]>();
  /** Faults of the next GETs of files, in order. */
  readonly faults: Fault[] = [];
  /** Statuses that data.gouv.fr answers to the next requests of a dataset's card, in order. */
  readonly cardStatuses: number[] = [];
  /** Method and address of every request, in order. */
  readonly requests: string[] = [];
  /** Bytes of files sent. */
  sent = 0;
  #tokens = new Map<string, string>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      response.on("error", () => undefined);
      this.#answer(request, response);
    });
  }

  static async open(): Promise<PublishedSites> {
    const sites = new PublishedSites();
    await new Promise<void>((resolve) => sites.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      sites.#server.closeAllConnections();
      sites.#server.close();
    });
    return sites;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every session: the tokens given so far are stale. */
  expire(): void {
    this.#tokens.clear();
  }

  /** A file with the version headers that most servers give. */
  static file(bytes: Buffer | string, more: Partial<SiteFile> = {}): SiteFile {
    const buffer = Buffer.from(bytes as Buffer);
    const etag = `"${createHash("md5").update(buffer).digest("hex")}"`;
    return { bytes: buffer, etag, lastModified: "Tue, 30 Sep 2025 08:00:00 GMT", ...more };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [, host = "", path = "/"] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? "") ?? [];
    this.requests.push(`${request.method ?? ""} ${host}${path}`);
    const url = new URL(path, `https://${host}`);
    if (host === "open-data-assurance-maladie.ameli.fr") this.#cnam(url, request, response);
    else if (host === "www.data.gouv.fr") this.#datagouv(url, response);
    else this.#file(this.files.get(`${host}${url.pathname}`), request, response);
  }

  #cnam(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const session = /PHPSESSID=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    if (url.pathname === "/depenses/download.php") {
      const id = session ?? randomBytes(8).toString("hex");
      const token = randomBytes(16).toString("hex");
      this.#tokens.set(id, token);
      const year = url.searchParams.get("Annee") ?? "";
      const links = [...this.files.keys()]
        .filter((name) => name.startsWith("cnam/") && name.includes(year))
        .map(
          (name) =>
            `<tr><td><a href="./download_file.php?token=${token}&amp;file=Open_DAMIR/${name.slice(5)}">${name.slice(5)}</a></td></tr>`,
        );
      response.setHeader("set-cookie", `PHPSESSID=${id}; path=/; Secure; HttpOnly`);
      response.setHeader("content-type", "text/html; charset=iso-8859-1");
      response.end(
        `<!DOCTYPE html><html><body><a href="/">Accueil</a><table>${links.join("\n")}</table></body></html>`,
      );
      return;
    }
    const isValid = session !== undefined && this.#tokens.get(session) === url.searchParams.get("token");
    if (!isValid) {
      response.setHeader("content-type", "text/html");
      response.end("<!DOCTYPE html>\n<html><body>Votre session a expiré</body></html>");
      return;
    }
    const name = (url.searchParams.get("file") ?? "").replace("Open_DAMIR/", "cnam/");
    this.#file(this.files.get(name), request, response);
  }

  #datagouv({ pathname, searchParams }: URL, response: ServerResponse): void {
    const json = (value: unknown) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };
    const listed = /^\/api\/2\/datasets\/([\w-]+)\/resources\/$/.exec(pathname)?.[1];
    const resource = /^\/api\/1\/datasets\/r\/([\w-]+)$/.exec(pathname)?.[1];
    if (listed !== undefined) {
      const all = this.resources.get(listed) ?? [];
      // The real server gives fewer than asked when it likes.
      const [page, size] = [Number(searchParams.get("page")), 2];
      const more = page * size < all.length;
      json({
        data: all.slice((page - 1) * size, page * size),
        next_page: more ? `https://www.data.gouv.fr${pathname}?page=${page + 1}` : null,
        total: all.length,
      });
    } else if (resource !== undefined) {
      const found = [...this.resources.values()].flat().find(({ id }) => id === resource);
      response.statusCode = found ? 302 : 404;
      if (found) response.setHeader("location", found.url);
      response.end();
    } else {
      response.statusCode = this.cardStatuses.shift() ?? 200;
      json({ last_update: "2026-03-30T09:12:00+00:00" });
    }
  }

  #file(file: SiteFile | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (!file) {
      response.statusCode = 404;
      response.end("<html>Not found</html>");
      return;
    }
    if (request.method === "GET" && this.faults.shift()?.(request, response, file)) return;
    const { bytes, etag, lastModified, ranges = true } = file;
    if (etag !== undefined) response.setHeader("etag", etag);
    if (lastModified !== undefined) response.setHeader("last-modified", lastModified);
    const { headers } = request;
    const unchanged =
      headers["if-none-match"] === undefined
        ? lastModified !== undefined && headers["if-modified-since"] === lastModified
        : headers["if-none-match"] === etag;
    if (unchanged) {
      response.statusCode = 304;
      response.end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? "NaN");
    const condition = headers["if-range"];
    const continues =
      ranges &&
      !Number.isNaN(start) &&
      (condition === undefined || condition === etag || condition === lastModified);
    const part = continues ? bytes.subarray(start) : bytes;
    if (continues) {
      response.statusCode = 206;
      response.setHeader("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    }
    response.setHeader("content-length", part.length);
    if (request.method === "GET") this.sent += part.length;
    response.end(request.method === "HEAD" ? undefined : part);
  }
}

/** Cuts the connection once some bytes of the body are sent. */
export function cutAfter(count: number): Fault {
  return (request, response, { bytes, etag, lastModified }) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start > 0) {
      response.statusCode = 206;
      response.setHeader("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    }
    if (etag !== undefined) response.setHeader("etag", etag);
    if (lastModified !== undefined) response.setHeader("last-modified", lastModified);
    response.setHeader("content-length", bytes.length - start);
    response.write(bytes.subarray(start, start + count), () => response.destroy());
    if (count === 0) response.flushHeaders();
    return true;
  };
}

/** Answers a status instead of the file. */
export function answering(status: number, headers: Record<string, string> = {}, body = ""): Fault {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
    return true;
  };
}

/** Effects that remember what was said and how long was waited, without waiting. */
export function recordedEffects(sites: PublishedSites): FetchEffects & { said: string[]; waits: number[] } {
  const [said, waits]: [string[], number[]] = [[], []];
  return {
    said,
    waits,
    report: (message) => void said.push(message),
    progress: () => undefined,
    now: () => new Date("2026-11-24T10:00:00Z"),
    env: { DAMIR_MIRROR: sites.address },
    wait: (duration) => {
      waits.push(duration);
      // Not at once: others must have their turn.
      return new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}
