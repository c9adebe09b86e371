import {
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import S3rver from "s3rver";
import { onTestFinished } from "vitest";
import { emptyFolder } from "./hosted-page.fixture.js";

/** Keys that the local service knows. */
export const s3Keys = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

/** A local S3-compatible service, with a bucket `diffusion` that anybody can read. It ignores the conditions of writes. */
export async function s3Service(): Promise<string> {
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: emptyFolder(),
    vhostBuckets: false,
    configureBuckets: [{ name: "diffusion", configs: [] }],
  });
  const { port } = await server.run();
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${port}`;
}

/** A server of this test, gone with it. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a request on to another server, and its answer back. */
export function forward(service: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, url = "", headers } = incoming;
  return new Promise((done) => {
    answer.on("close", done);
    const onward = request(`${service}${url}`, { method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    incoming.pipe(onward);
  });
}

/**
 * Stands before a local service and makes each request whole before the next, as S3 does.
 * @param conditions true to hold writes to theirs (If-Match, If-None-Match), as S3 and some compatible services do
 */
export function oneAtATime(service: string, conditions: boolean): Promise<string> {
  let turn = Promise.resolve();
  const serve = async (incoming: IncomingMessage, answer: ServerResponse) => {
    if (conditions && incoming.method === "PUT") {
      const there = await fetch(`${service}${incoming.url ?? ""}`, { method: "HEAD" });
      const etag = there.ok ? there.headers.get("etag") : null;
      const { "if-match": match, "if-none-match": none } = incoming.headers;
      if ((match !== undefined && match !== etag) || (none === "*" && etag !== null)) {
        incoming.resume();
        answer.writeHead(412, { "content-type": "application/xml" });
        answer.end(
          '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code><Message>no</Message></Error>',
        );
        return;
      }
    }
    await forward(service, incoming, answer);
  };
  return listening((incoming, answer) => {
    turn = turn.then(() => serve(incoming, answer)).catch(() => void answer.destroy());
  });
}
