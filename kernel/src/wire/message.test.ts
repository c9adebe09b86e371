import { describe, expect, it } from "vitest";
import { MalformedMessage, MessageCodec } from "./message.js";

const request = {
  identities: ["topic"],
  type: "execute_request",
  parent: undefined,
  content: { code: "'é😀'" },
  metadata: { a: 1 },
};

function framesFrom(codec: MessageCodec): Buffer[] {
  return codec.encode(request).map((frame) => Buffer.from(frame));
}

describe("a message codec", () => {
  it("reads what another one with the same key wrote", () => {
    const message = new MessageCodec("secret", "sha256").decode(
      framesFrom(new MessageCodec("secret", "sha256")),
    );
    expect(message).toMatchObject({
      header: { msg_type: "execute_request" },
      parent: undefined,
      content: { code: "'é😀'" },
      metadata: { a: 1 },
    });
    expect(message.identities.map(String)).toEqual(["topic"]);
  });

  it("refuses another key, a changed part and a replay", () => {
    const codec = new MessageCodec("secret", "sha256");
    expect(() => codec.decode(framesFrom(new MessageCodec("other", "sha256")))).toThrow("bad signature");
    const changed = framesFrom(new MessageCodec("secret", "sha256"));
    changed[6] = Buffer.from(`{"code":"evil"}`);
    expect(() => codec.decode(changed)).toThrow("bad signature");
    const frames = framesFrom(new MessageCodec("secret", "sha256"));
    codec.decode(frames);
    expect(() => codec.decode(frames)).toThrow("replayed");
  });

  it("needs no signature where there is no key", () => {
    const codec = new MessageCodec("", "sha256");
    const frames = framesFrom(codec);
    expect(String(frames[2])).toBe("");
    expect(codec.decode(frames).header.msg_type).toBe("execute_request");
  });

  it.each([
    [[]],
    [["<IDS|MSG>"]],
    [["<IDS|MSG>", "", "{}", "{}", "{}"]],
    [["<IDS|MSG>", "", "{}", "{}", "{}", "{}"]],
    [["<IDS|MSG>", "", "[]", "{}", "{}", "{}"]],
    [["<IDS|MSG>", "", "null", "{}", "{}", "{}"]],
    [["<IDS|MSG>", "", `{"msg_id": 1, "msg_type": "x"}`, "{}", "{}", "{}"]],
    [["<IDS|MSG>", "", "\u0000", "{}", "{}", "{}"]],
  ])("calls %j malformed", (frames) => {
    const codec = new MessageCodec("", "sha256");
    expect(() => codec.decode(frames.map((frame) => Buffer.from(frame)))).toThrow(MalformedMessage);
  });
});
