import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel, typesOf } from "../testing/test-kernel.js";
import type { Message } from "../wire/message.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
  const { reply } = await kernel.execute(`
    const comms = (globalThis as any)[Symbol.for("Jupyter.comms")];
    const heard: unknown[] = [];
    comms.register("echo", (comm: any, message: any) => {
      heard.push(message.data);
      comm.onMessage(({ data, buffers }: any) => {
        if (data.fail) throw new RangeError("in the listener");
        console.log("listening");
        comm.send({ echoed: data }, { metadata: { m: 1 }, buffers });
      });
      comm.onClose(({ data }: any) => heard.push(["closed", data]));
    });`);
  expect(reply["status"]).toBe("ok");
});
afterAll(() => kernel.stop());

/** Sends a comm message and gives what came of it once the kernel is idle again. */
async function deliver(type: string, content: object, buffers: Buffer[] = []): Promise<Message[]> {
  const frames = kernel.framesOf(type, { ...content });
  await kernel.sendFrames([...frames, ...buffers]);
  const { msg_id } = JSON.parse(String(frames[2])) as { msg_id: string };
  const idle = () => kernel.publishedFor(msg_id).find((m) => m.content["execution_state"] === "idle");
  await kernel.until(idle);
  return kernel.publishedFor(msg_id);
}

async function openComms(target?: string): Promise<unknown> {
  return (await kernel.request("comm_info_request", target === undefined ? {} : { target_name: target }))
    .content["comms"];
}

describe("a comm", () => {
  it("opened by the frontend carries data, metadata and bytes both ways until it is closed", async () => {
    await deliver("comm_open", { comm_id: "c1", target_name: "echo", data: { hello: 1 } });
    expect(await openComms()).toEqual({ c1: { target_name: "echo" } });
    expect(await openComms("other")).toEqual({});

    const published = await deliver("comm_msg", { comm_id: "c1", data: { x: [1] } }, [
      Buffer.from([1, 2, 255]),
    ]);
    expect(typesOf(published)).toEqual(["status busy", "stream", "comm_msg", "status idle"]);
    expect(published[2]).toMatchObject({
      content: { comm_id: "c1", data: { echoed: { x: [1] } } },
      metadata: { m: 1 },
      buffers: [Buffer.from([1, 2, 255])],
    });

    await deliver("comm_close", { comm_id: "c1", data: { bye: true } });
    expect(await openComms()).toEqual({});
    expect((await kernel.execute("heard")).result).toBe("[ { hello: 1 }, [ 'closed', { bye: true } ] ]");
  });

  it("opened by a cell is announced in that cell, and tells when it can't send any more", async () => {
    const { published } = await kernel.execute(
      `const own = comms.open("plot", { a: 1 }, { metadata: { version: "2" } }); own.close({ end: 1 }); undefined`,
    );
    expect(typesOf(published)).toEqual([
      "status busy",
      "execute_input",
      "comm_open",
      "comm_close",
      "status idle",
    ]);
    expect(published[2]).toMatchObject({
      content: { target_name: "plot", data: { a: 1 } },
      metadata: { version: "2" },
    });
    expect(published[3]?.content["comm_id"]).toBe(published[2]?.content["comm_id"]);
    const { reply } = await kernel.execute("own.send({})");
    expect(reply).toMatchObject({
      ename: "UserError",
      evalue: expect.stringContaining("« plot » est fermé") as string,
    });
  });

  it("that nobody listens to is closed; messages for unknown comms are ignored with a log line", async () => {
    const published = await deliver("comm_open", { comm_id: "c2", target_name: "nobody", data: {} });
    expect(published[1]).toMatchObject({ header: { msg_type: "comm_close" }, content: { comm_id: "c2" } });
    await deliver("comm_msg", { comm_id: "c2", data: {} });
    await deliver("comm_msg", {});
    await kernel.until(() => (kernel.log.includes("no comm_id") ? true : undefined));
    expect(kernel.log).toContain("no comm target nobody");
    expect(kernel.log).toContain("no open comm c2");
  });

  it("whose listener throws shows the error, and lives on", async () => {
    await deliver("comm_open", { comm_id: "c3", target_name: "echo", data: {} });
    const failed = await deliver("comm_msg", { comm_id: "c3", data: { fail: true } });
    expect(failed[1]?.content).toMatchObject({ ename: "RangeError", evalue: "in the listener" });
    expect(typesOf(await deliver("comm_msg", { comm_id: "c3", data: {} }))).toContain("comm_msg");
  });
});
