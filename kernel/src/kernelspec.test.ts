import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "./testing/build.js";
import { freePorts } from "./testing/test-kernel.js";

const folder = mkdtempSync(join(tmpdir(), "kernelspec-"));
const binary = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
beforeAll(ensureBuilt);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [binary, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe("atelier-kernel install", () => {
  it("writes a kernelspec that starts this kernel", async () => {
    const { code, stdout } = await command(
      "install",
      ...["--prefix", folder, "--module-path", "/somewhere/node_modules", "--env", "A=1", "--env", "B=x=y"],
    );
    expect(code).toBe(0);
    const specFolder = join(folder, "share", "jupyter", "kernels", "typescript");
    expect(stdout).toContain(specFolder);
    const spec = JSON.parse(readFileSync(join(specFolder, "kernel.json"), "utf8")) as Record<string, unknown>;
    expect(spec).toMatchObject({
      display_name: "TypeScript",
      language: "typescript",
      interrupt_mode: "message",
      env: { NODE_PATH: "/somewhere/node_modules", A: "1", B: "x=y" },
    });
    expect((spec["argv"] as string[]).slice(-5)).toEqual([
      ...[binary, "run", "{connection_file}", "--snapshot"],
      join(specFolder, "compiler.blob"),
    ]);
    expect(statSync(join(specFolder, "compiler.blob")).size).toBeGreaterThan(1e6);
    expect(readFileSync(join(specFolder, "logo-svg.svg"), "utf8")).toContain("<svg");
  });

  it("says what is missing", async () => {
    const { code, stderr } = await command("install");
    expect(code).toBe(1);
    expect(stderr).toContain("--prefix <dossier>");
    expect((await command("install", "--prefix", folder, "--env", "novalue")).stderr).toContain("NOM=VALEUR");
    expect((await command("dance")).code).toBe(1);
  });
});

describe("atelier-kernel run", () => {
  it.each(["shell_port", "control_port"])("explains that a port is taken (%s)", async (taken) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ports = { ...(await freePorts()), [taken]: port };
    const file = join(folder, "taken.json");
    writeFileSync(file, JSON.stringify({ ip: "127.0.0.1", key: "k", ...ports }));
    const { code, stderr } = await command("run", file);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`tcp://127.0.0.1:${port}`);
    expect(stderr).toContain("port est sans doute pris");
  });

  it.each([
    ["missing", undefined, /illisible/],
    ["not JSON", "{", /n'est pas du JSON/],
    ["not an object", "3", /objet JSON/],
    ["without ports", `{"ip": "127.0.0.1", "key": "k"}`, /shell_port/],
    ["with an unknown signature", `{"ip": "127.0.0.1", "key": "k", "signature_scheme": "rot13"}`, /rot13/],
  ])("explains a connection file that is %s", async (name, text, message) => {
    const file = join(folder, `${name}.json`);
    if (text !== undefined) writeFileSync(file, text);
    const { code, stderr } = await command("run", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
