import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { readStore, storeFolder, UserError, type StoreFile } from "damir";
import send from "send";

/** Where to listen. */
export interface FileServerOptions {
  /** Address of the network card; every one where undefined. */
  host?: string;
  /** 0 for any free port. */
  port: number;
}

/** A store that others on the network can mirror. */
export interface FileServer {
  port: number;
  /** Addresses to give out: `http://192.168.1.10:8080`. */
  addresses: string[];
  close(): Promise<void>;
}

/**
 * Serves the imported store over HTTP: `manifest.json`, `SHA256SUMS`, and each Parquet file that the manifest names, with Range, ETag (the
 * sha256) and 304. Nothing else of the disk can be asked for, and nothing can be written. What is imported meanwhile is served too.
 *
 * @param home folder of the stores
 * @param onRequest called after each answer, for a journal
 * @throws UserError when there is nothing to serve, or the port can't be had
 */
export async function serveFiles(
  home: string,
  { host, port }: FileServerOptions,
  onRequest: (request: { path: string; status: number }) => void = () => undefined,
): Promise<FileServer> {
  const folder = storeFolder(home);
  if (!readStore(folder)) {
    throw new UserError(
      `Aucune donnée importée dans ${folder} : il n'y a rien à servir. Importez d'abord des fichiers (npx damir data pull, ou data add) ; l'échantillon synthétique, chacun l'a déjà.`,
    );
  }
  const server = createServer((request, response) => {
    response.on("finish", () => {
      onRequest({ path: request.url ?? "", status: response.statusCode });
    });
    try {
      answer(folder, request, response);
    } catch (error) {
      // A manifest that can't be read at this moment: the next request may find it whole.
      refuse(response, 503, error instanceof UserError ? error.message : "Le magasin ne se lit pas.");
    }
  });
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await once(server, "listening");
  } catch (error) {
    throw explainListening(error, port, host);
  }
  const { port: chosen } = server.address() as AddressInfo;
  return {
    port: chosen,
    addresses: hostsOf(host).map((name) => `http://${name.includes(":") ? `[${name}]` : name}:${chosen}`),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    refuse(response, 405, "Ce serveur se lit seulement.");
    return;
  }
  const path = pathOf(request.url ?? "/");
  const manifest = readStore(folder)?.manifest;
  const files = Object.values(manifest?.tables ?? {}).flatMap((table) => table.files);
  if (path === "manifest.json" && manifest) {
    response.setHeader("Cache-Control", "no-cache");
    write(response, request, "application/json", `${JSON.stringify(manifest, null, 2)}\n`);
    return;
  }
  if (path === "SHA256SUMS") {
    write(response, request, "text/plain", files.map((file) => `${file.sha256}  ${file.path}\n`).join(""));
    return;
  }
  const file = files.find((named) => named.path === path);
  if (!file || !existsSync(`${folder}/${file.path}`)) {
    refuse(
      response,
      404,
      "Rien à cette adresse. manifest.json dit ce qu'il y a ; npx damir data pull --from ADRESSE le copie.",
    );
    return;
  }
  sendFile(folder, file, request, response);
}

function sendFile(folder: string, file: StoreFile, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("ETag", `"${file.sha256}"`);
  response.setHeader("Content-Type", "application/vnd.apache.parquet");
  send(request, file.path, { root: folder, lastModified: false })
    .on("error", (error: Error & { status?: number }) => {
      refuse(response, error.status ?? 500, "Ce fichier ne peut pas être envoyé.");
    })
    .pipe(response);
}

/** The path that is asked for, without what follows it; empty where it can't be read. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0] ?? "").replace(/^\/+/, "");
  } catch {
    return "";
  }
}

function write(response: ServerResponse, request: IncomingMessage, type: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(200, { "Content-Type": `${type}; charset=utf-8`, "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}

/** Names under which this machine can be reached. */
function hostsOf(host: string | undefined): string[] {
  if (host !== undefined && host !== "0.0.0.0" && host !== "::") return [host];
  const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = cards.filter(({ internal, family }) => !internal && family === "IPv4");
  return outside.length > 0 ? outside.map(({ address }) => address) : ["localhost"];
}

function explainListening(error: unknown, port: number, host: string | undefined): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new UserError(`Le port ${port} est pris : donnez-en un autre (--port 8081).`, { cause: error });
    case "EACCES":
      return new UserError(`Le port ${port} est réservé : donnez-en un au-dessus de 1024 (--port 8080).`, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(
        `Cette machine n'a pas l'adresse ${host ?? ""} : enlevez --host, ou corrigez-le.`,
        {
          cause: error,
        },
      );
  }
  return error;
}
