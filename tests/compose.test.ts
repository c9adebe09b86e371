import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../scripts/setup.mjs";

interface Service {
  image: string;
  cap_drop?: string[];
  security_opt?: string[];
  read_only?: boolean;
  mem_limit?: string;
  privileged?: boolean;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  ulimits?: { data?: number };
}

const file = join(root, "docker", "compose.yaml");
const { services, secrets } = parse(readFileSync(file, "utf8"), { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
};
const all = Object.entries(services);
const ours = all.filter(([, { image }]) => image.includes("atelier-damir"));
/** Names of the services that mount something, at most for reading where `:ro` ends the line. */
const mounting = (what: RegExp) =>
  all.flatMap(([name, { volumes = [] }]) => (volumes.some((volume) => what.test(volume)) ? [name] : []));

describe("the services of docker/compose.yaml", () => {
  it.each(ours)(
    "grants %s no capability, no new privilege, no file system to write, and limited memory",
    (_, service) => {
      expect(service).toMatchObject({ cap_drop: ["ALL"], read_only: true });
      expect(service.security_opt).toContain("no-new-privileges:true");
      expect(service.mem_limit).toBeTruthy();
    },
  );

  it("are those of the lab, of the server and of the event", () => {
    expect(ours.map(([name]) => name).sort()).toEqual(["data", "files", "hub", "lab", "load", "watch"]);
    expect(all.some(([, { privileged }]) => privileged)).toBe(false);
  });

  it("give the engine's socket to the hub alone, and the shared months to one writer", () => {
    expect(mounting(/docker\.sock/)).toEqual(["hub"]);
    expect(mounting(/^donnees:[^:]+$/)).toEqual(["data"]);
  });

  it("open the lab and PostgreSQL to this machine alone unless told otherwise", () => {
    expect(services["lab"]?.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
    expect(services["postgres"]?.ports).toEqual([
      expect.stringMatching(/^\$\{POSTGRES_ADDRESS:-127\.0\.0\.1\}:/),
    ]);
  });

  it("keep a query of PostgreSQL's from taking the memory of the others", () => {
    expect(services["postgres"]?.ulimits?.data).toBe(1024 ** 3);
  });

  it("hold no secret: they are in files that git doesn't keep", () => {
    for (const [, { environment = {} }] of all) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|TOKEN|SECRET|KEY/.test(name))
          expect(`${name}=${value}`).toMatch(/=(\/run\/secrets\/\w+|\$\{\w+:-\})$/);
        expect(value).not.toMatch(/:\/\/[^/@]*:[^/@]*@/);
      }
    }
    for (const { file: secret } of Object.values(secrets)) {
      expect(secret).toMatch(/^\$\{ATELIER_SECRETS:-\.\/secrets\}\/\w+$/);
    }
    expect(
      execFileSync("git", ["check-ignore", "docker/secrets/lecture"], { cwd: root, encoding: "utf8" }),
    ).toBe("docker/secrets/lecture\n");
  });
});
