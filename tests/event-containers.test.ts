import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openChromium } from "./chromium.js";
import { EventHub, noHub } from "./event-hub.js";
import { enterHub, passwordsIn } from "./hub-pages.js";
import { ask, engine, image, noImage } from "./image-container.js";

const missing = noHub || noImage;
if (missing) console.log(`The containers of an event are not tested: ${missing}.`);

/** docker/hub/jupyterhub_config.py as docker/compose.yaml uses it, but for the hub itself, which runs beside the containers. */
describe.skipIf(missing)("the labs of an event as containers", () => {
  // Not a name that an event of this machine's may have.
  const first = `essai-${process.pid}-a`;
  const second = `essai-${process.pid}-b`;
  const network = `atelier-essai-${process.pid}`;
  const accounts = [first, second, `${first}.zoe`];
  /** What ends everything that was begun, however far that came. */
  const ends: (() => unknown)[] = [];
  let hub: EventHub;
  let browser: Browser;
  let passwords: Map<string, string>;

  beforeAll(async () => {
    await ask("network", "create", network);
    ends.push(() => ask("network", "rm", "--force", network), removeLabs);
    // The network has its address on this machine as long as a container is in it; in compose.yaml the hub is.
    await ask(
      "run",
      "--detach",
      "--name",
      network,
      "--network",
      network,
      "--entrypoint",
      "sleep",
      image,
      "3600",
    );
    ends.push(() => ask("rm", "--force", network));
    const settings: NodeJS.ProcessEnv = {};
    if (engine === "podman") {
      // Podman answers as Docker does, when asked to.
      const socket = join(mkdtempSync(join(tmpdir(), "podman-")), "docker.sock");
      const service = spawn("podman", ["system", "service", "--time=0", `unix://${socket}`], {
        stdio: "ignore",
      });
      ends.push(() => service.kill());
      await vi.waitUntil(() => existsSync(socket), { timeout: 20_000 });
      settings["DOCKER_HOST"] = `unix://${socket}`;
    }
    hub = await EventHub.create({
      ...settings,
      ATELIER_SPAWNER: "docker",
      ATELIER_IMAGE: image,
      ATELIER_NETWORK: network,
      // Where the containers find this machine.
      ATELIER_HUB_HOST: await gateway(),
      ATELIER_MEMORY: "1536M",
      ATELIER_CPUS: "1",
    });
    ends.push(() => hub.stop());
    passwords = passwordsIn(await hub.equipes("ajouter", first, second));
    await hub.start();
    browser = await openChromium();
    ends.push(() => browser.close());
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function removeLabs(): Promise<void> {
    for (const account of accounts) {
      await ask("rm", "--force", `atelier-labo-${account}`).catch(() => "");
      await ask("volume", "rm", "--force", `atelier-travail-${account}`).catch(() => "");
    }
    for (const team of [first, second]) {
      await ask("volume", "rm", "--force", `atelier-equipe-${team}`).catch(() => "");
    }
  }

  async function gateway(): Promise<string> {
    const described = await ask("network", "inspect", network);
    const [, address = ""] = /"gateway": *"([^"]+)"/i.exec(described) ?? [];
    return address;
  }

  async function openLab(team: string, firstName = ""): Promise<Page> {
    const password = passwords.get(team) ?? "";
    const page = await enterHub(browser, hub.origin, { team, password, firstName });
    await page.locator(".damir-Card").first().waitFor({ timeout: 120_000 });
    return page;
  }

  /** Runs a command in an account's lab, as a notebook of it could. */
  const inLab = (account: string, script: string) =>
    ask("exec", `atelier-labo-${account}`, "sh", "-c", `{ ${script}\n} 2>&1 || true`);

  it("opens a lab for each, with nothing granted and its limits set", async () => {
    for (const team of [first, second]) await (await openLab(team)).context().close();
    const told = await inLab(
      first,
      "id -u; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; touch /opt/atelier/essai; ls /var/run/docker.sock",
    );
    expect(told).toMatch(/^1000\n/);
    expect(told).toMatch(/CapEff:\s0{16}\n/);
    expect(told).toMatch(/NoNewPrivs:\s1\n/);
    expect(told).toMatch(/Read-only file system/);
    expect(told).toMatch(/docker\.sock.*No such file/);
    const [{ HostConfig }] = JSON.parse(await ask("inspect", `atelier-labo-${first}`)) as [
      { HostConfig: { Memory: number; PidsLimit: number } },
    ];
    expect(HostConfig).toMatchObject({ Memory: 1536 * 2 ** 20, PidsLimit: 1024 });
  });

  it("shares a team's folder among its people, and nothing with another team", async () => {
    await inLab(first, "echo brouillon >a-moi.txt; echo partage >equipe/a-nous.txt");
    await (await openLab(first, "Zoé")).context().close();
    expect(await inLab(`${first}.zoe`, "cat equipe/a-nous.txt; ls")).toMatch(/^partage\n(?!.*a-moi)/s);
    expect(await inLab(second, "ls . equipe; find / -xdev -name 'a-*.txt' 2>/dev/null")).not.toMatch(
      /a-moi|a-nous/,
    );
    // By the network that labs share, with the key that the hub gave this lab.
    const asked = await inLab(
      second,
      `python -c '
import os, urllib.error, urllib.request
key = os.environ["JUPYTERHUB_API_TOKEN"]
for address in ["http://atelier-labo-${first}:8888/user/${first}/api/contents/a-moi.txt", os.environ["JUPYTERHUB_API_URL"] + "/users/${first}", os.environ["JUPYTERHUB_API_URL"] + "/users"]:
    request = urllib.request.Request(address, headers={"Authorization": f"token {key}"})
    try:
        print(urllib.request.urlopen(request, timeout=10).status)
    except urllib.error.HTTPError as error:
        print(error.code)
'`,
    );
    for (const status of asked.trim().split("\n")) expect(["403", "404"]).toContain(status);
    expect(asked.trim().split("\n")).toHaveLength(3);
  });

  it("keeps the work of a lab whose container is killed, and opens it again", async () => {
    await ask("kill", "--signal", "KILL", `atelier-labo-${first}`);
    await expect.poll(() => hub.log, { timeout: 60_000 }).toContain(`User ${first} server stopped`);
    const page = await openLab(first);
    expect(await inLab(first, "cat a-moi.txt")).toBe("brouillon\n");
    await page.context().close();
  });

  it("removes a team: its containers go, its volumes stay", async () => {
    expect(await hub.equipes("retirer", first)).toContain(`${first}, ${first}.zoe`);
    const running = await ask("ps", "--all", "--format", "{{.Names}}");
    expect(running).not.toContain(`atelier-labo-${first}`);
    expect(running).toContain(`atelier-labo-${second}`);
    expect(await ask("volume", "ls", "--quiet")).toContain(`atelier-travail-${first}.zoe`);
  });
});
