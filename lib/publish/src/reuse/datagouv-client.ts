import { z } from "zod";
import { isUncertain, Refusal } from "./refusal.js";
import type { ApiRequest, Transport } from "./transport.js";

const reuseSchema = z.object({
  id: z.string(),
  title: z.string().nullish(),
  url: z.string(),
  private: z.boolean().nullish(),
  deleted: z.string().nullish(),
  page: z.string().nullish(),
  extras: z.record(z.string(), z.unknown()).nullish(),
});

/** A réutilisation as the site keeps it. */
export type Reuse = z.output<typeof reuseSchema>;

const datasetSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{24}$/),
  title: z.string().nullish(),
  deleted: z.string().nullish(),
});

const waits = [1_000, 4_000];

/** The requests on réutilisations, one a method. Those that can be done twice without harm are tried again after a failure. */
export class DatagouvClient {
  constructor(
    private readonly transport: Transport,
    private readonly wait: (duration: number) => Promise<void>,
  ) {}

  /** One's own réutilisations, drafts and deleted ones with them. */
  async mine(): Promise<Reuse[]> {
    return z.array(reuseSchema).parse(await this.#repeated({ method: "GET", path: "me/reuses/" }));
  }

  /**
   * The identifier of a dataset.
   * @param name identifier or slug
   * @returns undefined where it was withdrawn, or never was
   */
  async dataset(name: string): Promise<string | undefined> {
    try {
      const answer = await this.#repeated({ method: "GET", path: `datasets/${encodeURIComponent(name)}/` });
      const { id, deleted } = datasetSchema.parse(answer);
      return deleted ? undefined : id;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  /** The identifier of an organisation, from its identifier or slug. */
  async organization(name: string): Promise<string> {
    const answer = await this.#repeated({
      method: "GET",
      path: `organizations/${encodeURIComponent(name)}/`,
    });
    return z.object({ id: z.string() }).parse(answer).id;
  }

  /** Creates a réutilisation. Never tried again here: it may have been created without our knowing. */
  async create(fields: Record<string, unknown>): Promise<Reuse> {
    return reuseSchema.parse(await this.#once({ method: "POST", path: "reuses/", json: fields }));
  }

  /** Changes the fields given, and no other. */
  async update(id: string, fields: Record<string, unknown>): Promise<Reuse> {
    return reuseSchema.parse(await this.#repeated({ method: "PUT", path: `reuses/${id}/`, json: fields }));
  }

  /** Gives a réutilisation its image, instead of the one it may have. */
  async setImage(id: string, png: Uint8Array): Promise<void> {
    await this.#repeated({
      method: "POST",
      path: `reuses/${id}/image/`,
      file: { name: "image.png", type: "image/png", content: png },
    });
  }

  /** Deletes a réutilisation: it is hidden, and keeps its url. */
  async remove(id: string): Promise<void> {
    await this.#once({ method: "DELETE", path: `reuses/${id}/` });
  }

  async pause(): Promise<void> {
    await this.wait(waits[0] ?? 0);
  }

  async #once(request: ApiRequest): Promise<unknown> {
    const answer = await this.transport.send(request);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Refusal(answer);
  }

  async #repeated(request: ApiRequest): Promise<unknown> {
    for (const duration of waits) {
      try {
        return await this.#once(request);
      } catch (error) {
        if (!isUncertain(error)) throw error;
        await this.wait(duration);
      }
    }
    return this.#once(request);
  }
}
