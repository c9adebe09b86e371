import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { faultOfAddress, tagSlug } from "./card.js";

/** A réutilisation as the stand-in keeps it. */
export interface KeptReuse {
  id: string;
  owner: string;
  title: string;
  description: string;
  url: string;
  type: string;
  topic: string;
  private: boolean;
  deleted: string | null;
  datasets: string[];
  tags: string[];
  organization: string | null;
  extras: Record<string, unknown>;
  /** Content of the image; none where it wasn't sent. */
  image?: Buffer;
}

/** Something that goes wrong, once, on the first request that matches. */
export interface Fault {
  method: string;
  path: RegExp;
  /** `status` answers so; `lost` cuts the connection before the request is done, `lostAfter` once it is. */
  kind: "status" | "statusAfter" | "lost" | "lostAfter";
  status?: number;
  /** How many times; once unless said. */
  times?: number;
}

const types = "api application idea news_article paper post visualization hardware".split(" ");
const topics =
  "health transport_and_mobility housing_and_development food_and_agriculture culture_and_recreation economy_and_business environment_and_energy work_and_training politics_and_public_life safety_and_security education_and_research society_and_demography law_and_justice open_data_tools others".split(
    " ",
  );
const writable = [
  "title",
  "description",
  "url",
  "type",
  "topic",
  "private",
  "deleted",
  "datasets",
  "tags",
].concat("organization", "extras");

/**
 * Stands for data.gouv.fr in tests: what its API is known to do with réutilisations, and faults on demand. It serves this machine only.
 * A path without its final slash redirects, unknown keys are ignored, an url is unique by its exact string.
 */
export class StandIn {
  readonly reuses: KeptReuse[] = [];
  /** By key: who it is, and the organisations they belong to. */
  readonly keys = new Map<string, { user: string; organizations: string[] }>();
  /** By identifier. */
  readonly datasets = new Map<string, { slug: string; deleted?: string }>();
  readonly organizations = new Map<string, string>();
  readonly faults: Fault[] = [];
  /** Each request, `METHOD path`, in order. */
  readonly asked: string[] = [];
  /** Anti-spam: writes are refused. */
  readOnly = false;
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  /** @returns the address of its home page */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const { method = "" } = request;
    const path = (request.url ?? "").replace(/^\/api\/1\//, "");
    this.asked.push(`${method} ${path}`);
    const fault = this.faults.find((each) => each.method === method && each.path.test(path));
    if (fault && (fault.times = (fault.times ?? 1) - 1) <= 0)
      this.faults.splice(this.faults.indexOf(fault), 1);
    if (fault?.kind === "lost") {
      request.socket.destroy();
      return;
    }
    const answer: Answer =
      fault?.kind === "status"
        ? { status: fault.status ?? 500, body: failure("Erreur") }
        : this.#answer(method, path, request.headers, Buffer.concat(pieces));
    if (fault?.kind === "lostAfter") {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "statusAfter") answer.status = fault.status ?? 502;
    response.writeHead(answer.status, {
      "content-type": "application/json",
      ...(answer.location === undefined ? {} : { location: answer.location }),
    });
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
  }

  #answer(method: string, path: string, headers: IncomingMessage["headers"], content: Buffer): Answer {
    const [route = "", query] = path.split("?");
    if (!route.endsWith("/")) {
      return { status: 308, location: `/api/1/${route}/${query ? `?${query}` : ""}`, body: failure("Moved") };
    }
    const key = headers["x-api-key"];
    const user = typeof key === "string" ? this.keys.get(key) : undefined;
    if (key !== undefined && !user) return { status: 401, body: failure("Clé d'API invalide") };
    const [kind, name = "", part] = route.split("/");
    if (method === "GET" && kind === "datasets") return this.#dataset(name);
    if (method === "GET" && kind === "organizations") return this.#organization(name);
    if (!user) return { status: 401, body: failure("Unauthorized") };
    if (method === "GET" && route === "me/reuses/") {
      return { status: 200, body: this.reuses.filter(({ owner }) => owner === user.user).map(shown) };
    }
    if (kind !== "reuses") return { status: 404, body: failure("Not found") };
    if (method !== "GET" && this.readOnly) return { status: 423, body: failure("Read only") };
    if (method === "POST" && name === "") return this.#create(fieldsOf(content), user);
    const reuse = this.reuses.find(({ id }) => id === name);
    if (!reuse) return { status: 404, body: failure("Not found") };
    if (method === "GET") return reuse.deleted ? gone : { status: 200, body: shown(reuse) };
    if (reuse.owner !== user.user) return { status: 403, body: failure("Forbidden") };
    if (method === "DELETE") {
      if (reuse.deleted) return gone;
      reuse.deleted = new Date().toISOString();
      return { status: 204, body: null };
    }
    if (method === "PUT") return this.#change(reuse, fieldsOf(content), user);
    if (method === "POST" && part === "image") return setImage(reuse, headers["content-type"] ?? "", content);
    if (method === "POST" && part === "datasets") return this.#link(reuse, fieldsOf(content));
    return { status: 405, body: failure("Method not allowed") };
  }

  #dataset(name: string): Answer {
    for (const [id, { slug, deleted }] of this.datasets) {
      if (name !== id && name !== slug) continue;
      return deleted ? gone : { status: 200, body: { id, slug, title: slug, deleted: null } };
    }
    return { status: 404, body: failure("Not found") };
  }

  #organization(name: string): Answer {
    for (const [id, slug] of this.organizations) {
      if (name === id || name === slug) return { status: 200, body: { id, slug } };
    }
    return { status: 404, body: failure("Not found") };
  }

  #create(fields: Record<string, unknown>, user: { user: string; organizations: string[] }): Answer {
    const refusal = this.#refusal(fields, user);
    if (refusal) return refusal;
    const reuse: KeptReuse = {
      id: randomBytes(12).toString("hex"),
      owner: user.user,
      title: "",
      description: "",
      url: "",
      type: "",
      topic: "",
      private: false,
      deleted: null,
      datasets: [],
      tags: [],
      organization: null,
      extras: {},
      ...known(fields),
    };
    this.reuses.push(reuse);
    return { status: 201, body: shown(reuse) };
  }

  #change(
    reuse: KeptReuse,
    fields: Record<string, unknown>,
    user: { user: string; organizations: string[] },
  ): Answer {
    if (reuse.deleted && fields["deleted"] !== null) return gone;
    const refusal = this.#refusal({ ...reuse, ...fields }, user, reuse);
    if (refusal) return refusal;
    Object.assign(reuse, known(fields));
    return { status: 200, body: shown(reuse) };
  }

  #link(reuse: KeptReuse, { id }: Record<string, unknown>): Answer {
    if (typeof id !== "string" || !this.datasets.has(id)) return { status: 404, body: failure("Not found") };
    if (reuse.datasets.includes(id)) return { status: 200, body: shown(reuse) };
    reuse.datasets.push(id);
    return { status: 201, body: shown(reuse) };
  }

  #refusal(
    fields: Record<string, unknown>,
    user: { organizations: string[] },
    itself?: KeptReuse,
  ): Answer | undefined {
    const errors: Record<string, string[]> = {};
    for (const field of ["title", "description", "url", "type", "topic"]) {
      if (typeof fields[field] !== "string" || fields[field] === "") errors[field] = ["Ce champ est requis"];
    }
    const { url, type, topic, datasets, tags, organization } = fields;
    if (typeof type === "string" && !types.includes(type)) errors["type"] = ["Choix invalide"];
    if (typeof topic === "string" && !topics.includes(topic)) errors["topic"] = ["Choix invalide"];
    if (typeof url === "string" && url !== "") {
      if (faultOfAddress(url)) errors["url"] = ["URL invalide"];
      else if (this.reuses.some((other) => other !== itself && other.url === url)) {
        errors["url"] = ["Cette URL est déjà enregistrée"];
      }
    }
    if (Array.isArray(datasets) && datasets.some((id) => !this.datasets.has(String(id)))) {
      errors["datasets"] = ["Identifiant inconnu"];
    }
    if (Array.isArray(tags)) {
      const wrong = tags.map((tag) => tagSlug(String(tag))).some((tag) => tag.length < 3 || tag.length > 96);
      if (wrong) errors["tags"] = ["Un mot-clé a de 3 à 96 caractères"];
    }
    if (typeof organization === "string" && !user.organizations.includes(organization)) {
      errors["organization"] = ["Permission refusée pour cette organisation"];
    }
    return Object.keys(errors).length > 0
      ? { status: 400, body: { errors, message: "Erreur de validation" } }
      : undefined;
  }
}

interface Answer {
  status: number;
  body: unknown;
  location?: string;
}

const failure = (message: string) => ({ message });
const gone: Answer = { status: 410, body: failure("Gone") };

function fieldsOf(content: Buffer): Record<string, unknown> {
  return JSON.parse(content.toString("utf8")) as Record<string, unknown>;
}

/** Unknown and read-only keys are ignored without a word. */
function known(fields: Record<string, unknown>): Partial<KeptReuse> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => writable.includes(field)));
}

function shown({ image, ...reuse }: KeptReuse): Record<string, unknown> {
  return { ...reuse, image: image === undefined ? null : "https://static.exemple.fr/image.png" };
}

function setImage(reuse: KeptReuse, type: string, content: Buffer): Answer {
  const boundary = /boundary=(.+)$/.exec(type)?.[1];
  const text = content.toString("latin1");
  const part = boundary === undefined ? undefined : text.split(`--${boundary}`)[1];
  const end = part?.indexOf("\r\n\r\n") ?? -1;
  if (part === undefined || end < 0 || !/name="file"/.test(part.slice(0, end))) {
    return { status: 400, body: { errors: { file: ["Ce champ est requis"] }, message: "Erreur" } };
  }
  if (!/content-type: image\/(jpeg|png|webp)\r?$/im.test(part.slice(0, end))) {
    return { status: 400, body: failure("Format d'image non pris en charge") };
  }
  reuse.image = Buffer.from(part.slice(end + 4, -2), "latin1");
  return { status: 200, body: { success: true } };
}
