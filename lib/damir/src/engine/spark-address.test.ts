import { describe, expect, it } from "vitest";
import { readSparkAddress } from "./spark-address.js";

describe("the address of a Spark cluster", () => {
  it("is read in Spark's own form, with its token apart", () => {
    expect(readSparkAddress("sc://serveur", {})).toEqual({
      target: "serveur:15002",
      tls: false,
      user: "atelier-damir",
      timeout: 600,
    });
    expect(
      readSparkAddress("sc://[::1]:443/;use_ssl=true;token=a%3Bb%3D;user_id=urgences;timeout=60", {}),
    ).toEqual({
      target: "[::1]:443",
      tls: true,
      token: "a;b=",
      user: "urgences",
      timeout: 60,
    });
  });

  it("may leave the token to the environment", () => {
    const env = { SPARK_CONNECT_AUTHENTICATE_TOKEN: "du-milieu" };
    expect(readSparkAddress("sc://serveur:15002", env).token).toBe("du-milieu");
    expect(readSparkAddress("sc://serveur:15002/;token=de-l-adresse", env).token).toBe("de-l-adresse");
  });

  it.each([
    "sc://",
    "sc://serveur:99999",
    "sc://serveur:15002/base;token=secret",
    "sc://serveur:15002;token=secret",
    "sc://jeton:secret@serveur:15002",
    "sc://serveur/;secret",
    "sc://serveur/;token=%E0secret",
    "sc://serveur/;timeout=secret",
    "sc://serveur/;jeton=secret",
  ])("is refused without being shown: %s", (url) => {
    expect(() => readSparkAddress(url, {})).toThrow(/adresse du cluster/);
    expect(() => readSparkAddress(url, {})).not.toThrow(/secret/);
  });
});
