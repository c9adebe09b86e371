import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PublishEvent } from "@atelier-damir/publish";
import { root } from "../scripts/setup.mjs";
import { StandIn } from "../lib/publish/src/reuse/stand-in.fixture.js";

/** A public address that only this test's proxy knows. */
export const siteAddress = "http://analyses.exemple.fr/";

/** A stand-in of data.gouv.fr, a bare git repository, and the site that shows its branch, as its host would. */
export class PublishedSite {
  readonly folder = mkdtempSync(join(tmpdir(), "damir-publie-"));
  readonly bare = join(this.folder, "analyses.git");
  readonly clone = join(this.folder, "analyses");
  readonly standIn = new StandIn();
  /** Paths that the site was asked. */
  readonly asked: string[] = [];
  /** How many requests the site answers as if it had not seen the last push yet. */
  late = 0;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #env: NodeJS.ProcessEnv = {};

  /** @param key what the stand-in knows its user by */
  async start(key: string): Promise<void> {
    this.git(this.folder, "init", "-q", "--bare", "analyses.git");
    this.git(this.folder, "clone", "-q", this.bare, this.clone);
    this.git(this.clone, "config", "user.name", "Camille Martin");
    this.git(this.clone, "config", "user.email", "camille@exemple.fr");
    this.standIn.keys.set(key, { user: "camille", organizations: [] });
    const standIn = await this.standIn.start();
    const site = await this.#listening((request, answer) => {
      const path = new URL(request.url ?? "/", siteAddress).pathname;
      this.asked.push(path);
      const content = this.late-- > 0 ? undefined : this.published(path);
      answer.writeHead(content ? 200 : 404, { "content-type": typeOf(path) }).end(content);
    });
    const proxy = await this.#listening(() => undefined);
    proxy.on("connect", (_, socket: Socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      site.emit("connection", socket);
    });
    this.#env = {
      DATAGOUV_URL: standIn,
      HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NO_PROXY: "127.0.0.1,localhost",
      XDG_CONFIG_HOME: join(this.folder, "reglages"),
    };
  }

  stop(): void {
    this.standIn.stop();
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the site shows at a path; undefined where there is nothing. */
  published(path: string): Buffer | undefined {
    const file = path.replace(/^\//, "").replace(/(^|\/)$/, "$1index.html");
    try {
      return execFileSync("git", ["show", `gh-pages:${file}`], {
        cwd: this.bare,
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      return undefined;
    }
  }

  git(folder: string, ...words: string[]): string {
    return execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
  }

  /** The environment of a person who publishes here. */
  env(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { ...process.env, ...this.#env, ...changes };
  }

  /** Runs the real command, as a person types it. */
  async damir(words: string[], changes: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const child = spawn(join(root, "node_modules/.bin/damir"), words, { cwd: root, env: this.env(changes) });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    return { code, out, err };
  }

  #listening(listener: RequestListener): Promise<Server> {
    const server = createServer(listener);
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
    this.#servers.push(server);
    return new Promise((done) => {
      server.listen(0, "127.0.0.1", () => {
        done(server);
      });
    });
  }
}

/** How the command ended. */
export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** The events that `--json` wrote. */
export function eventsOf({ out }: Outcome): PublishEvent[] {
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PublishEvent);
}

function typeOf(path: string): string {
  if (path.endsWith(".png")) return "image/png";
  return path.endsWith(".xml") ? "application/atom+xml" : "text/html; charset=utf-8";
}
