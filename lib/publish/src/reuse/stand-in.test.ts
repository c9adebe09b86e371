import { describe, expect, onTestFinished, test } from "vitest";
import { ApiKey } from "./api-key.js";
import { conformanceCases } from "./conformance.cases.js";
import { datagouvDemo, siteOf } from "./site.js";
import { StandIn } from "./stand-in.fixture.js";
import { HttpTransport } from "./transport.js";

describe("the stand-in", () => {
  conformanceCases(async () => {
    const standIn = new StandIn();
    standIn.keys.set("cle-de-camille", { user: "camille", organizations: [] });
    const site = siteOf(await standIn.start(), true);
    onTestFinished(() => {
      standIn.stop();
    });
    return new HttpTransport(site, new ApiKey("cle-de-camille"), {});
  });
});

const key = process.env["DATAGOUV_DEMO_API_KEY"];
describe("demo.data.gouv.fr", () => {
  if (key) {
    conformanceCases(() => new HttpTransport(datagouvDemo, new ApiKey(key), process.env));
  } else {
    test("the same cases on the test site", ({ skip }) => {
      skip("DATAGOUV_DEMO_API_KEY, a key of demo.data.gouv.fr, isn't set");
    });
  }
});

test("a path without its final slash is redirected, and the redirect is not followed with the key", async () => {
  const standIn = new StandIn();
  const site = siteOf(await standIn.start(), true);
  onTestFinished(() => {
    standIn.stop();
  });
  standIn.keys.set("cle-de-camille", { user: "camille", organizations: [] });
  const transport = new HttpTransport(site, new ApiKey("cle-de-camille"), {});
  const path = "me/reuses" as "me/";
  expect((await transport.send({ method: "GET", path })).status).toBe(308);
  expect(standIn.asked).toEqual(["GET me/reuses"]);
});
