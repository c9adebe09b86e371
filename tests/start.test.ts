import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { choosePort } from "../scripts/port.mjs";
import { root } from "../scripts/setup.mjs";

const run = promisify(execFile);

it("opens the lab with npm start, and Ctrl-C stops all it started", async () => {
  const port = await choosePort(undefined);
  const child = spawn("npm", ["start", "--", "--no-browser", "--port", String(port)], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, "close");
  await expect.poll(() => output, { timeout: 120_000, interval: 100 }).toContain("est ouvert");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\S+/.exec(output) ?? [];
  const { origin, searchParams } = new URL(url);
  expect(origin).toBe(`http://127.0.0.1:${port}`);

  const headers = { Authorization: `token ${searchParams.get("token") ?? ""}` };
  const started = await fetch(`${origin}/api/kernels`, {
    method: "POST",
    headers,
    body: JSON.stringify({ name: "typescript" }),
  });
  expect(started.status).toBe(201);
  const { id } = (await started.json()) as { id: string };
  expect(await processesOf(id)).toBe(1);

  process.kill(-(child.pid ?? 0), "SIGINT");
  await closed;
  expect(output).toContain("est arrêté");
  expect(await processesOf(id)).toBe(0);
  await expect(fetch(origin)).rejects.toThrow();
});

it("says that a port is taken, and exits with an error", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(run("npm", ["start", "--", "--port", String(port)], { cwd: root })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Le port ${port} est déjà pris`) as string,
  });
  server.close();
});

/** How many processes have a kernel's connection file on their command line. */
async function processesOf(kernel: string): Promise<number> {
  const { stdout } = await run("ps", ["-eo", "args"]);
  return stdout.split("\n").filter((line) => line.includes(`kernel-${kernel}`)).length;
}
