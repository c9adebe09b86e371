import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";
import { MalformedMessage, MessageCodec, type JsonObject } from "./message.js";

const bytes = fc.uint8Array({ maxLength: 80 }).map((part) => Buffer.from(part));
const text = fc
  .oneof(
    fc.constantFrom("<IDS|MSG>", "", "{}", "[]", "null", "1", `{"msg_id":"a","msg_type":"b"}`),
    fc.string(),
  )
  .map((part) => Buffer.from(part));
const frames = fc.array(fc.oneof(bytes, text), { maxLength: 9 });
const object = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;

describe("the codec", () => {
  it("reads back whatever it writes", () => {
    fc.assert(
      fc.property(
        object,
        object,
        fc.array(bytes),
        fc.array(bytes),
        fc.string(),
        (content, metadata, identities, buffers, type) => {
          const routing = identities.filter((part) => part.toString("latin1") !== "<IDS|MSG>");
          const codec = new MessageCodec("key", "sha256");
          const sent = codec.encode({
            identities: routing,
            type,
            parent: undefined,
            content,
            metadata,
            buffers,
          });
          const message = codec.decode(sent.map((part) => Buffer.from(part)));
          expect(message.header.msg_type).toBe(type);
          expect(JSON.stringify([message.content, message.metadata])).toBe(
            JSON.stringify([content, metadata]),
          );
          expect(message.identities).toEqual(routing);
          expect(message.buffers).toEqual(buffers);
        },
      ),
    );
  });

  it("refuses any other frames with its own error, signed or not", () => {
    for (const key of ["", "key"]) {
      fc.assert(
        fc.property(frames, (parts) => {
          const codec = new MessageCodec(key, "sha256");
          try {
            const { header } = codec.decode(parts);
            expect([key, typeof header.msg_id, typeof header.msg_type]).toEqual(["", "string", "string"]);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedMessage);
          }
        }),
        { numRuns: 1000 },
      );
    }
  });
});

describe("a kernel", () => {
  let kernel: TestKernel;
  beforeAll(async () => {
    kernel = await TestKernel.start();
  });
  afterAll(() => kernel.stop());

  it("goes on after any frames on both of its channels", async () => {
    for (const channel of ["shell", "control"] as const) {
      await fc.assert(
        fc.asyncProperty(frames, async (parts) => {
          await kernel.sendFrames(parts.length === 0 ? [""] : parts, channel);
        }),
        { numRuns: 200 },
      );
      const { content } = await kernel.request("kernel_info_request", {}, channel);
      expect(content["status"]).toBe("ok");
    }
  });

  const types = ["execute", "complete", "inspect", "is_complete", "history", "comm_info", "kernel_info"];
  const fields = [
    "code",
    "cursor_pos",
    "detail_level",
    "hist_access_type",
    "pattern",
    "n",
    "start",
    "stop",
    "session",
  ];
  const flags = [
    "silent",
    "store_history",
    "user_expressions",
    "allow_stdin",
    "stop_on_error",
    "output",
    "unique",
    "target_name",
  ];
  const content = fc.dictionary(
    fc.constantFrom(...fields, ...flags),
    fc.oneof(fc.jsonValue(), fc.constant("1 + 1")),
  );

  it("answers signed requests with any content", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), content, async (type, fuzzed) => {
        const { header, content: reply } = await kernel.request(`${type}_request`, fuzzed);
        expect(header.msg_type).toBe(`${type}_reply`);
        expect(["ok", "error", "complete", "incomplete", "invalid"]).toContain(reply["status"]);
      }),
      { numRuns: 300 },
    );
    expect((await kernel.execute("2 + 2")).result).toBe("4");
  });

  it("ignores comm messages with any content", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("comm_open", "comm_msg", "comm_close"),
        object,
        async (type, fuzzed) => {
          await kernel.send(type, fuzzed);
        },
      ),
    );
    expect((await kernel.request("comm_info_request", {})).content).toEqual({ status: "ok", comms: {} });
  });

  it("takes a message of 64 MB, and one with names of what every object has", async () => {
    await kernel.send("surprise_request", { padding: "x".repeat(64 << 20) });
    for (const type of ["constructor", "__proto__", "toString"]) await kernel.send(type, {});
    await kernel.sendFrames(["<IDS|MSG>", Buffer.alloc(32 << 20), "{}", "{}", "{}", "{}"]);
    expect((await kernel.execute("3 + 3")).result).toBe("6");
    await kernel.until(() => (kernel.log.includes("toString ignored") ? true : undefined));
  });
});
