import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { DatagouvClient } from "./datagouv-client.js";
import { Refusal } from "./refusal.js";
import type { Transport } from "./transport.js";
import { onePixel } from "../hosting/hosted-page.fixture.js";

const description = "Essai automatique de l'Atelier DAMIR, aussitôt supprimé. ".repeat(5);

/**
 * What the publication relies upon in data.gouv.fr's API. The same cases run on the stand-in and, with a key, on the test site, so that
 * the stand-in is known to be right. Drafts only, without datasets, whose owners would be told; each is deleted.
 */
export function conformanceCases(connect: () => Transport | Promise<Transport>): void {
  const open = async () => {
    const transport = await connect();
    return { transport, client: new DatagouvClient(transport, () => Promise.resolve()) };
  };
  const fields = () => ({
    title: "Essai de l'Atelier DAMIR",
    description,
    url: `https://exemple-atelier-damir.fr/${randomBytes(8).toString("hex")}/`,
    type: "visualization",
    topic: "health",
    private: true,
    extras: { "atelier-damir:analyse": "essai" },
  });
  const draft = async (client: DatagouvClient) => {
    const reuse = await client.create(fields());
    onTestFinished(() => client.remove(reuse.id).catch(() => undefined));
    return reuse;
  };
  const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
    const error: unknown = await work.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(Refusal);
    return error as Refusal;
  };

  test("a draft is among one's own, with its address and extras as they were sent", async () => {
    const { client } = await open();
    const reuse = await draft(client);
    const mine = (await client.mine()).find(({ id }) => id === reuse.id);
    expect(mine).toMatchObject({ url: reuse.url, private: true });
    expect(mine?.extras).toMatchObject({ "atelier-damir:analyse": "essai" });
    expect(mine?.deleted ?? null).toBeNull();
  });

  test("without its required fields a card is refused, field by field", async () => {
    const { client } = await open();
    const { status, fields: faults } = await refusal(client.create({ private: true }));
    expect(status).toBe(400);
    expect([...faults.keys()]).toEqual(
      expect.arrayContaining(["title", "description", "url", "type", "topic"]),
    );
  });

  test("an address is unique, that of a deleted card too", async () => {
    const { client } = await open();
    const reuse = await draft(client);
    const again = () => client.create({ ...fields(), url: reuse.url });
    expect((await refusal(again())).fields.has("url")).toBe(true);
    await client.remove(reuse.id);
    expect((await refusal(again())).fields.has("url")).toBe(true);
    expect((await client.mine()).find(({ id }) => id === reuse.id)?.deleted).toBeTruthy();
  });

  test("a private address is refused", async () => {
    const { client } = await open();
    const refused = await refusal(client.create({ ...fields(), url: "http://localhost/page/" }));
    expect([refused.status, refused.fields.has("url")]).toEqual([400, true]);
  });

  test("a change keeps the fields that aren't sent", async () => {
    const { client } = await open();
    const reuse = await draft(client);
    const changed = await client.update(reuse.id, { title: "Autre titre d'essai" });
    expect(changed).toMatchObject({ title: "Autre titre d'essai", url: reuse.url, private: true });
  });

  test("a deleted card is gone, and can be taken back", async () => {
    const { client } = await open();
    const reuse = await draft(client);
    await client.remove(reuse.id);
    expect((await refusal(client.remove(reuse.id))).status).toBe(410);
    expect((await client.update(reuse.id, { deleted: null })).deleted ?? null).toBeNull();
  });

  test("a PNG is taken as the image, a text isn't", async () => {
    const { client, transport } = await open();
    const reuse = await draft(client);
    await client.setImage(reuse.id, onePixel);
    const { status } = await transport.send({
      method: "POST",
      path: `reuses/${reuse.id}/image/`,
      file: { name: "image.txt", type: "text/plain", content: Buffer.from("non") },
    });
    expect(status).toBe(400);
  });

  test("what isn't there isn't found", async () => {
    const { client } = await open();
    expect(await client.dataset("un-jeu-qui-n-existe-pas-0123456789")).toBeUndefined();
    expect((await refusal(client.update("0".repeat(24), { title: "x" }))).status).toBe(404);
  });
}
