import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { monthsIn, publishedMonth, pullSetting } from "./pull.fixture.js";
import { pull } from "./pull.js";

describe("behind a proxy", () => {
  /** A proxy that opens tunnels, as companies have. */
  async function proxy(): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((_, response) => {
      response.statusCode = 501;
      response.end();
    });
    server.on("connect", (request: IncomingMessage, socket) => {
      asked.push(`${request.url ?? ""} ${request.headers["proxy-authorization"] ?? ""}`.trim());
      socket.on("error", () => undefined);
      if (asked.length === 1 && request.headers["proxy-authorization"] === undefined) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        return;
      }
      const [host, port] = (request.url ?? "").split(":");
      const tunnel = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        tunnel.pipe(socket).pipe(tunnel);
      });
      tunnel.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  test("everything goes through it, with the account that it wants; NO_PROXY goes around", async () => {
    const { sites, effects, home, start } = await pullSetting();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    const { address, asked } = await proxy();
    const base = { ...effects.env, HTTP_PROXY: `http://${address}` };
    await expect(start({ "open-damir": ["2024-01"] }, false, base).plan()).rejects.toThrow(
      /proxy demande de s'identifier/,
    );
    const env = { ...base, HTTP_PROXY: `http://moi:secret@${address}` };
    const { own, client, plan } = start({ "open-damir": ["2024-01"] }, false, env);
    expect((await pull(await plan(), home, { jobs: 1, force: false }, client, own)).failures).toEqual([]);
    expect(monthsIn(home)).toEqual(["202401"]);
    const target = sites.address.replace("http://", "");
    expect(asked[1]).toBe(`${target} Basic ${Buffer.from("moi:secret").toString("base64")}`);
    const through = asked.length;
    await start({ "open-damir": ["2024-01"] }, false, { ...env, NO_PROXY: "127.0.0.1" }).plan();
    expect(asked).toHaveLength(through);
  });

  test("one that isn't there, or can't be read, is told", async () => {
    const { sites, effects, start } = await pullSetting();
    sites.files.set("cnam/A202401.csv.gz", publishedMonth("202401"));
    const env = { ...effects.env, HTTP_PROXY: "http://127.0.0.1:9" };
    await expect(start({ "open-damir": ["2024-01"] }, false, env).plan()).rejects.toThrow(
      /par le proxy\) est coupée \(ECONNREFUSED\)/,
    );
    expect(() => start({}, false, { HTTPS_PROXY: "mon proxy" })).toThrow(/L'adresse du proxy ne se lit pas/);
    expect(() => start({}, false, { DAMIR_MIRROR: "miroir" })).toThrow(/DAMIR_MIRROR ne se lit pas/);
  });
});
