import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

const ask = (code: string): Promise<string> => kernel.send("execute_request", { code, allow_stdin: true });

describe("prompt", () => {
  it("asks, waits and gives the answer, after what was printed before", async () => {
    const id = await ask("console.log('first'); const name = prompt('Nom ? '); name + '!'");
    const question = await kernel.question();
    expect(question).toMatchObject({
      header: { msg_type: "input_request" },
      parent: { msg_id: id },
      content: { prompt: "Nom ? ", password: false },
    });
    await kernel.until(() => kernel.publishedFor(id).find(({ header }) => header.msg_type === "stream"));
    await kernel.answer("Zoé 😀", question);
    expect((await kernel.executed(id)).result).toBe("'Zoé 😀!'");
  });

  it("works after an await, in a loop, with an initial value, and for passwords", async () => {
    const id = await ask(`
      await new Promise((resolve) => setTimeout(resolve, 20));
      const answers = [];
      for (let i = 0; i < 3; i++) answers.push(prompt("?", "d" + i));
      answers.push(prompt.password("Mot de passe : "));
      answers.join()`);
    for (const value of ["a", "", "c"]) await kernel.answer(value, await kernel.question());
    const question = await kernel.question();
    expect(question.content).toEqual({ prompt: "Mot de passe : ", password: true });
    await kernel.answer("secret");
    expect((await kernel.executed(id)).result).toBe("'a,d1,c,secret'");
  });

  it("is interrupted by a request and by a signal, and a late answer isn't the next question's", async () => {
    for (const before of ["", "await null; "]) {
      const id = await ask(`${before}prompt("x")`);
      const late = await kernel.question();
      const { content } = await kernel.request("interrupt_request", {}, "control");
      expect(content["status"]).toBe("ok");
      expect((await kernel.executed(id)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
      const next = await ask(`prompt("y")`);
      const question = await kernel.question();
      await kernel.answer("late", late);
      await kernel.answer(3, question);
      await kernel.answer("mine", question);
      expect((await kernel.executed(next)).result).toBe("'mine'");

      const other = await ask(`${before}prompt("z")`);
      await kernel.question();
      kernel.kill("SIGINT");
      expect((await kernel.executed(other)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
      expect((await kernel.execute("1 + 1")).result).toBe("2");
    }
    await kernel.answer("nobody asked");
    await kernel.until(() => (kernel.log.includes("nobody waits for it") ? true : undefined));
  });

  it("ends when the interruption comes just before the question, and isn't asked by a cell that was interrupted", async () => {
    for (const code of [
      `await null; console.log("started"); await new Promise((resolve) => setImmediate(resolve)); const end = Date.now() + 60; while (Date.now() < end); prompt("soon")`,
      `console.log("started"); await new Promise((resolve) => setTimeout(resolve, 300)); prompt("late")`,
    ]) {
      const id = await ask(code);
      await kernel.until(() => kernel.publishedFor(id).find(({ header }) => header.msg_type === "stream"));
      const { content } = await kernel.request("interrupt_request", {}, "control");
      expect(content["status"]).toBe("ok");
      expect((await kernel.executed(id)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
      expect(
        (await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 500)); 2 + 2")).result,
      ).toBe("4");
      // The signal still has its listener.
      const next = await ask("prompt('again')");
      for (let question = await kernel.question(); question.parent?.msg_id !== next;)
        question = await kernel.question();
      kernel.kill("SIGINT");
      expect((await kernel.executed(next)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
    }
  });

  it("says why it can't ask where the frontend doesn't pass questions on", async () => {
    const { reply } = await kernel.execute("prompt('x')", { allow_stdin: false });
    expect(reply).toMatchObject({ ename: "StdinNotImplementedError" });
    expect(reply["evalue"]).toContain("demande une saisie");
  });

  it("lets the heart beat", async () => {
    const id = await ask("prompt()");
    const question = await kernel.question();
    expect(await kernel.beat()).toBe("beat");
    await kernel.answer("", question);
    expect((await kernel.executed(id)).result).toBe("''");
  });
});

describe("confirm", () => {
  it("asks until the answer is yes or no", async () => {
    const id = await ask("[confirm('Continuer ?'), confirm()]");
    const first = await kernel.question();
    expect(first.content["prompt"]).toBe("Continuer ? (o/n) ");
    await kernel.answer("peut-être", first);
    await kernel.answer("Oui", await kernel.question());
    await kernel.answer("n", await kernel.question());
    expect((await kernel.executed(id)).result).toBe("[ true, false ]");
  });
});
