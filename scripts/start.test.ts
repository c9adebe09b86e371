import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { adviceFor } from "./failure.mjs";
import { choosePort, requestedPort, withoutPort } from "./port.mjs";
import { findPython } from "./python.mjs";
import { runSteps, runTool } from "./step.mjs";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("port", () => {
  it("reads --port in both forms and leaves the other options alone", () => {
    expect(requestedPort(["--port", "9999", "--no-browser"])).toBe(9999);
    expect(requestedPort(["--port=9999"])).toBe(9999);
    expect(requestedPort(["--no-browser"])).toBeUndefined();
    expect(withoutPort(["--port", "9999", "--no-browser"])).toEqual(["--no-browser"]);
    expect(withoutPort(["--no-browser", "--ServerApp.port=9"])).toEqual(["--no-browser"]);
  });

  it.each(["99999", "abc", "0", ""])("refuses %j in French", (text) => {
    expect(() => requestedPort(["--port", text])).toThrow(/de 1 à 65535/);
  });

  it("says that a requested port is taken, and proposes another", async () => {
    const port = await takenPort();
    await expect(choosePort(port)).rejects.toThrow(
      `Le port ${port} est déjà pris par un autre programme. Arrêtez-le, ou choisissez un autre port : npm start -- --port ${port + 1}`,
    );
  });

  it("moves on from a taken default", async () => {
    const port = await choosePort(undefined);
    expect(port).toBeGreaterThanOrEqual(8888);
    expect(await choosePort(port)).toBe(port);
  });
});

describe("advice", () => {
  it.each([
    ["npm error code ENOTFOUND", /connexion à Internet/],
    ["npm error code EAI_AGAIN", /connexion à Internet/],
    ["OSError: [Errno 28] No space left on device", /disque est plein/],
    ["npm error code ENOSPC", /disque est plein/],
    ["Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", /connexion/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /certificat/],
    ["something odd", /pas reconnue/],
  ])("%s", (output, advice) => {
    expect(adviceFor(output)).toMatch(advice);
  });
});

describe("python", () => {
  /** A folder with a `python3` of our own, alone on PATH. */
  function pathWith(script: string): NodeJS.ProcessEnv {
    const folder = mkdtempSync(join(tmpdir(), "python-"));
    writeFileSync(join(folder, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: folder };
  }

  it("finds the one of this machine", async () => {
    const { command, args } = await findPython();
    expect(await runTool(command, [...args, "--version"])).toMatch(/^Python 3\.\d+/);
  });

  it("says that Python is missing", async () => {
    await expect(findPython({ PATH: "/nowhere" })).rejects.toThrow(
      /Il faut Python 3\.10.*apt install python3/s,
    );
  });

  it("says that Python is too old", async () => {
    await expect(findPython(pathWith("echo 3.8"))).rejects.toThrow(/python3 : version 3\.8, trop ancienne/);
  });

  it("says that venv is missing", async () => {
    const env = pathWith("echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1");
    await expect(findPython(env)).rejects.toThrow(/apt install python3-venv/);
  });
});

describe("steps", () => {
  it("says that the disk is full before a tool fails on it", async () => {
    const step = {
      title: "essai",
      stamp: join(mkdtempSync(join(tmpdir(), "steps-")), "not", "yet", "stamp"),
      fingerprint: "a",
      megabytes: 1e12,
      run: () => Promise.reject(new Error("must not run")),
    };
    await expect(runSteps([() => step], out())).rejects.toThrow(
      /presque plein : \d+ Mo libres, cette étape en demande/,
    );
  });

  const out = (): NodeJS.WriteStream => new PassThrough() as unknown as NodeJS.WriteStream;

  it("runs a step once, again when what it depends on changes, and after a failure", async () => {
    const folder = mkdtempSync(join(tmpdir(), "steps-"));
    let runs = 0;
    let failing = true;
    const step = (fingerprint: string) => () => ({
      title: "essai",
      stamp: join(folder, "stamp"),
      fingerprint,
      run: () => {
        runs++;
        return failing ? Promise.reject(new Error("write ENOSPC")) : Promise.resolve();
      },
    });
    await expect(runSteps([step("a")], out())).rejects.toThrow(
      /L'étape « essai » a échoué. Le disque est plein/,
    );
    failing = false;
    await runSteps([step("a")], out());
    await runSteps([step("a")], out());
    expect(runs).toBe(2);
    await runSteps([step("b")], out());
    expect(runs).toBe(3);
  });
});
