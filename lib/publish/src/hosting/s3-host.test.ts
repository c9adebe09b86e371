import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { april, hostedPage, march, nextPage } from "./hosted-page.fixture.js";
import { s3Host, type S3HostOptions } from "./s3-host.js";
import { forward, listening, s3Keys as env, s3Service as service } from "./s3-service.fixture.js";

/** Stands before a service, and cuts every connection from its `writes`th write on. */
function cutAfter(service: string, writes: number): Promise<string> {
  let done = 0;
  return listening((incoming, answer) => {
    if (done >= writes || (incoming.method === "PUT" && done++ >= writes)) {
      incoming.socket.destroy();
      return;
    }
    void forward(service, incoming, answer);
  });
}

const open = (options: Partial<S3HostOptions>, keys: NodeJS.ProcessEnv = env) =>
  s3Host({ bucket: "diffusion", ...options }, keys);

test("a page is read at the address given, as a page, with its version, list and feed", async () => {
  const endpoint = await service();
  const host = open({ endpoint });
  const outcome = await host.publish(hostedPage, march);
  expect(outcome.address).toBe(`${endpoint}/diffusion/depassements/index.html`);
  const read = async (url: string) => {
    const answer = await fetch(url);
    return { type: answer.headers.get("content-type"), text: await answer.text() };
  };
  expect(await read(outcome.address)).toEqual({ type: "text/html; charset=utf-8", text: hostedPage.html });
  expect((await read(outcome.versionAddress)).text).toBe(hostedPage.html);
  expect((await read(outcome.siteAddress)).text).toContain('href="depassements/index.html"');
  expect((await read(outcome.feedAddress)).type).toBe("application/atom+xml; charset=utf-8");

  await host.publish(nextPage, april);
  expect((await read(outcome.address)).text).toBe(nextPage.html);
  expect((await read(outcome.versionAddress)).text).toBe(hostedPage.html);
  expect(await host.publish(nextPage, april)).toMatchObject({ changed: false });
});

test("two sites of a bucket, each in its folder, don't list one another's analyses", async () => {
  const endpoint = await service();
  await open({ endpoint, path: "a" }).publish(hostedPage, march);
  await open({ endpoint, path: "a" }).publish({ ...hostedPage, slug: "seconde" }, march);
  const outcome = await open({ endpoint, path: "b/analyses" }).publish(nextPage, april);
  expect(outcome.address).toBe(`${endpoint}/diffusion/b/analyses/depassements/index.html`);
  const list = async (site: string) => await (await fetch(`${endpoint}/diffusion/${site}/index.html`)).text();
  expect((await list("a")).match(/<article>/g)).toHaveLength(2);
  expect((await list("b/analyses")).match(/<article>/g)).toHaveLength(1);
});

test("a data lab's variables are enough", async () => {
  const endpoint = await service();
  const host = open({}, { ...env, AWS_S3_ENDPOINT: endpoint, AWS_DEFAULT_REGION: "fr-paris" });
  expect((await host.publish(hostedPage, march)).changed).toBe(true);
  expect(open({}, { ...env, AWS_S3_ENDPOINT: "minio.exemple.fr" }).addressOf("a")).toBe(
    "https://minio.exemple.fr/diffusion/a/index.html",
  );
  expect(open({ address: "https://sante.exemple.fr", path: "x" }).addressOf("a")).toBe(
    "https://sante.exemple.fr/x/a/index.html",
  );
});

test("what the service refuses is said in French, without the keys", async () => {
  const endpoint = await service();
  const failure = async (options: Partial<S3HostOptions>, keys?: NodeJS.ProcessEnv) => {
    const error: unknown = await open(options, keys)
      .publish(hostedPage, march)
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "UserError" });
    return String(error);
  };
  expect(await failure({ endpoint, bucket: "inconnu" })).toContain("il n'existe pas. Vérifiez son nom");
  expect(await failure({ endpoint }, { ...env, AWS_ACCESS_KEY_ID: "AUTRE" })).toContain(
    "clés n'y sont pas connues",
  );
  expect(await failure({ endpoint: "http://127.0.0.1:1" })).toContain("il ne répond pas");
});

test.each([
  [403, "SignatureDoesNotMatch", "la clé secrète n'est pas la bonne"],
  [400, "ExpiredToken", "vos clés ont expiré"],
  [403, "AccessDenied", "n'y donnent pas le droit d'écrire"],
  [503, "ServiceUnavailable", "le service est en panne"],
  [418, "Teapot", "il répond 418 (Teapot)"],
])("a service that answers %i %s", async (status, code, meaning) => {
  const endpoint = await listening((incoming, answer) => {
    incoming.resume();
    answer.writeHead(status, { "content-type": "application/xml" });
    answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
  const error: unknown = await open({ endpoint }, { ...env, AWS_SECRET_ACCESS_KEY: "secrete-entre-toutes" })
    .publish(hostedPage, march)
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "UserError" });
  expect(String(error)).toContain(meaning);
  expect(String(error)).not.toContain("secrete-entre-toutes");
});

test.each([0, 1, 2, 3, 4, 5])(
  "cut after %i writes, what is shown is whole, and the next run mends the rest",
  async (writes) => {
    const endpoint = await service();
    const read = async (path: string) => {
      const answer = await fetch(`${endpoint}/diffusion/${path}`);
      return answer.ok ? await answer.text() : undefined;
    };
    await open({ endpoint }).publish(hostedPage, march);
    const cut = open({ endpoint: await cutAfter(endpoint, writes) });
    await expect(cut.publish(nextPage, april)).rejects.toThrow(
      /il ne répond pas.*elle complète ce qui manque/,
    );
    expect([hostedPage.html, nextPage.html]).toContain(await read("depassements/index.html"));
    await open({ endpoint }).publish(nextPage, april);
    expect(await read("depassements/index.html")).toBe(nextPage.html);
    expect(await read("depassements/2026-04-01/index.html")).toBe(nextPage.html);
    expect(await read("depassements/2026-03-01/index.html")).toBe(hostedPage.html);
    expect(await read("index.html")).toContain("Dépassements, avril");
    expect(await read("feed.xml")).toContain("Dépassements, avril");
  },
);

test("the proxy of the environment carries what is sent, but where NO_PROXY says not to", async () => {
  const real = await service();
  const asked: string[] = [];
  const server = createServer();
  server.on("connect", (incoming, socket: Socket) => {
    asked.push(incoming.url ?? "");
    const onward = connect(Number(new URL(real).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // A name that only the proxy knows.
  const endpoint = "http://stockage.exemple.invalid:9000";
  const address = `${real}/diffusion/`;
  const host = open({ endpoint, address }, { ...env, HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
  const outcome = await host.publish(hostedPage, march);
  expect(new Set(asked)).toEqual(new Set(["stockage.exemple.invalid:9000"]));
  expect(await (await fetch(outcome.address)).text()).toBe(hostedPage.html);
  const around = { ...env, HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" };
  expect(await open({ endpoint: real }, around).publish(hostedPage, april)).toMatchObject({ changed: false });
});

test("what can't work is said before anything is sent", () => {
  expect(() => open({}, {})).toThrow("AWS_ACCESS_KEY_ID");
  expect(() => open({ bucket: "Mes Pages" })).toThrow("ne peut pas être le nom d'un compartiment");
  expect(() => open({ endpoint: "http://nom:clé@x" })).toThrow("sans nom ni clé");
  expect(() => open({ path: "../x" })).toThrow("ne peut pas être le nom d'un dossier");
});
