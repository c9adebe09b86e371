import type { DatagouvSite } from "./site.js";
import type { ApiAnswer, ApiRequest, Transport } from "./transport.js";

/** Shows requests, the key left out. Those that only read are sent, where that can be; those that write never are. */
export class DryRunTransport implements Transport {
  constructor(
    private readonly real: Transport,
    private readonly site: DatagouvSite,
    private readonly withKey: boolean,
    private readonly show: (text: string) => void,
  ) {}

  async send(request: ApiRequest): Promise<ApiAnswer> {
    this.show(shownRequest(request, this.site));
    if (request.method !== "GET") {
      const id = /^reuses\/([^/]+)\//.exec(request.path)?.[1] ?? "IDENTIFIANT-DONNÉ-PAR-LE-SITE";
      return { status: 200, body: { id, url: request.json?.["url"] ?? "" } };
    }
    if (request.path.startsWith("me/") && !this.withKey) {
      this.show("(sans clé, vos fiches ne se lisent pas : la suite est celle d'une première publication)\n");
      return { status: 200, body: [] };
    }
    return this.real.send(request);
  }
}

/** A request as it is sent, but for the key and the bytes of the image. */
export function shownRequest({ method, path, json, file }: ApiRequest, site: DatagouvSite): string {
  const lines = [`${method} ${site.api}${path}`, "X-API-KEY: (votre clé)"];
  if (json) lines.push("Content-Type: application/json", "", JSON.stringify(json, null, 2));
  if (file) {
    lines.push(
      "Content-Type: multipart/form-data",
      "",
      `file: ${file.name} (${file.type}, ${file.content.length} octets)`,
    );
  }
  return `${lines.join("\n")}\n\n`;
}
