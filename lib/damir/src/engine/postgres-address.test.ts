import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.js";
import { readServerAddress } from "./postgres-address.js";
import { explainConnection, isConnectionLost } from "./postgres-failure.js";

const secret = "s3cr/et";

describe("readServerAddress", () => {
  it("reads a whole address, and shows it without its password", () => {
    const { config, shown } = readServerAddress(
      `postgres://lecture:${encodeURIComponent(secret)}@serveur:5433/damir?application_name=moi&statement_timeout=5000`,
      { timezone: "UTC" },
    );
    expect(config).toMatchObject({
      host: "serveur",
      port: 5433,
      user: "lecture",
      password: secret,
      database: "damir",
      application_name: "moi",
      options: "-c timezone=UTC",
    });
    expect(shown).toBe("lecture@serveur:5433/damir");
  });

  it("lets the address add its own settings and its TLS", () => {
    const url = "postgresql://l@serveur/damir?options=-c%20statement_timeout%3D5s&sslmode=verify-full";
    const { config } = readServerAddress(url, { timezone: "UTC" });
    expect(config.options).toBe("-c timezone=UTC -c statement_timeout=5s");
    expect(config.ssl).toBeTruthy();
  });

  it("refuses what isn't an address without quoting it, its cause included", () => {
    for (const url of [`mysql://a:${secret}@b/c`, `postgres://a:${secret}@b:port/c`, secret]) {
      let refused: unknown;
      try {
        readServerAddress(url);
      } catch (error) {
        refused = error;
      }
      expect(refused).toBeInstanceOf(UserError);
      expect((refused as Error).message).toContain("postgres://ROLE:MOTDEPASSE@SERVEUR:5432/BASE");
      expect((refused as Error).message).not.toContain(secret);
      expect((refused as Error).cause).toBeUndefined();
    }
  });
});

describe("explainConnection", () => {
  const explained = (code: string, message = "") =>
    (explainConnection(Object.assign(new Error(message), { code }), "l@serveur:5432/damir") as Error).message;

  it.each([
    ["ECONNREFUSED", /Aucun PostgreSQL n'y répond/],
    ["ENOTFOUND", /n'est pas connu/],
    ["28P01", /mot de passe ou le rôle/],
    ["3D000", /base n'y existe pas/],
    ["53300", /Trop de connexions/],
    ["57P03", /réessayez/],
  ])("says in French what %s means, and of which server", (code, words) => {
    expect(explained(code)).toMatch(words);
    expect(explained(code)).toContain("serveur l@serveur:5432/damir");
  });

  it("explains what has no code", () => {
    expect(explained("", "timeout expired")).toMatch(/ne répond pas/);
    expect(explained("", "SASL: client password must be a string")).toMatch(/demande un mot de passe/);
    expect(explained("", "self-signed certificate")).toMatch(/certificat/);
  });

  it("looks into the failures of a name with several addresses", () => {
    const error = new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })]);
    expect((explainConnection(error, "s") as Error).message).toMatch(/Aucun PostgreSQL/);
  });

  it("leaves what it doesn't know as it is", () => {
    const error = new Error("other");
    expect(explainConnection(error, "s")).toBe(error);
  });
});

it("tells a lost connection from a query that failed", () => {
  expect(isConnectionLost(new Error("Connection terminated unexpectedly"))).toBe(true);
  expect(isConnectionLost(Object.assign(new Error("x"), { code: "57P01" }))).toBe(true);
  expect(isConnectionLost(Object.assign(new Error("x"), { code: "42703" }))).toBe(false);
  expect(isConnectionLost("Connection terminated")).toBe(false);
});
