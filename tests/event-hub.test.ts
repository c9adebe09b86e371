import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeFolder } from "damir";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeStore } from "../lib/pipeline/src/server/served-store.fixture.js";
import { root } from "../scripts/setup.mjs";
import { openChromium } from "./chromium.js";
import { EventHub, noHub } from "./event-hub.js";
import { enterHub, passwordsIn } from "./hub-pages.js";
import { accessibilityProblems } from "./lab-pages.js";

const screenshots = join(root, "tests", "output");
const emergencies = { name: "ville-urgences", title: "Médecine de ville et urgences" };
const accidents = { name: "accidents", title: "Accidents de la route et soins" };

if (noHub) console.log(`The hub of an event is not tested: ${noHub}.`);

describe.skipIf(noHub)("the hub of an event", () => {
  let hub: EventHub;
  let browser: Browser;
  let data: string;
  const passwords = new Map<string, string>();
  /** The page of each account, once it is logged in. */
  const pages = new Map<string, Page>();

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    data = mkdtempSync(join(tmpdir(), "atelier-donnees-"));
    chmodSync(data, 0o755);
    await writeStore(data);
    hub = await EventHub.create({ ATELIER_DATA: storeFolder(data), ATELIER_MEMORY: "3G" });
    const printed =
      (await hub.equipes("ajouter", emergencies.name, accidents.name, "meteo")) +
      (await hub.equipes("organisation"));
    for (const [team, password] of passwordsIn(printed)) passwords.set(team, password);
    await hub.start();
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser.close();
    await hub.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const enter = (team: string, firstName = "", password = passwords.get(team) ?? "") =>
    enterHub(browser, hub.origin, { team, password, firstName });

  async function openLab(team: string, firstName = ""): Promise<Page> {
    const page = await enter(team, firstName);
    await page.locator(".damir-Card").first().waitFor({ timeout: 90_000 });
    pages.set(firstName ? `${team}.${firstName}` : team, page);
    return page;
  }

  const pageOf = (account: string): Page => {
    const page = pages.get(account);
    if (!page) throw new Error(`nobody opened the lab of ${account}`);
    return page;
  };

  /** Asks a lab's server, as its page does. */
  function ask(account: string, path: string, method = "GET", body?: unknown) {
    return pageOf(account).evaluate(
      async ([address, verb, sent]) => {
        const [, xsrf = ""] = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie) ?? [];
        const answer = await fetch(address, {
          method: verb,
          headers: { "X-XSRFToken": xsrf },
          ...(sent ? { body: sent } : {}),
        });
        return { status: answer.status, text: await answer.text() };
      },
      [path, method, body === undefined ? "" : JSON.stringify(body)] as const,
    );
  }

  const write = (account: string, path: string, content: string) =>
    ask(account, `/user/${account}/api/contents/${path}`, "PUT", { type: "file", format: "text", content });

  /** Runs TypeScript in a notebook of an account's lab, and returns the text it prints. */
  async function runCell(account: string, source: string): Promise<string> {
    const name = `essai-${Date.now()}.ipynb`;
    const cell = { cell_type: "code", id: "essai", metadata: {}, execution_count: null, outputs: [], source };
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
      cells: [cell],
    };
    const saved = await ask(account, `/user/${account}/api/contents/${name}`, "PUT", {
      type: "notebook",
      content,
    });
    expect(saved.status).toBe(201);
    const page = await pageOf(account).context().newPage();
    await page.goto(`${hub.origin}/user/${account}/lab/tree/${name}?reset`);
    await page.getByText("TypeScript | Inactif").waitFor({ timeout: 60_000 });
    const input = page.locator(".jp-Notebook .cm-content").first();
    await input.click();
    await page.keyboard.press("Shift+Enter");
    const output = page.locator(".jp-Notebook .jp-OutputArea-output").first();
    await output.waitFor({ timeout: 60_000 }).catch(async (error: unknown) => {
      await page.screenshot({ path: join(screenshots, "event-cell.png") });
      throw error;
    });
    const text = await output.innerText();
    await page.close();
    return text;
  }

  it("says in French that the password is wrong, opens nothing, and can be read by everybody", async () => {
    const page = await enter(emergencies.name, "", passwords.get(accidents.name));
    await page.getByRole("alert").getByText("Ce mot de passe n'est pas celui de l'équipe choisie").waitFor();
    expect(await page.getByLabel("Équipe", { exact: true }).inputValue()).toBe(emergencies.name);
    expect((await page.goto(`${hub.origin}/user/${emergencies.name}/lab`))?.url()).toContain("/hub/login");
    expect(await accessibilityProblems(page, "main")).toEqual([]);
    await page.screenshot({ path: join(screenshots, "event-login.png") });
    await page.context().close();
  });

  it.each([emergencies, accidents])("opens the lab of $name on its own theme", async ({ name, title }) => {
    const page = await openLab(name);
    expect(await page.locator(".damir-Home header").innerText()).toContain(`équipe « ${title} »`);
    const [first] = await page.locator(".damir-Card").allInnerTexts();
    expect(first).toContain(title);
    expect(first).toContain("Votre équipe");
    // The pictures of the cards come through a link.
    const picture = page.locator(".damir-Card img").first();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
    await page.screenshot({ path: join(screenshots, `event-${name}.png`) });
  });

  it("gives the team's people a lab each, and the folder of their team", async () => {
    expect((await write(emergencies.name, "brouillon.txt", "à nous")).status).toBe(201);
    expect((await write(emergencies.name, "equipe/partage.txt", "à nous tous")).status).toBe(201);
    await openLab(emergencies.name, "Zoé");
    expect(pages.get(`${emergencies.name}.Zoé`)?.url()).toContain(`/user/${emergencies.name}.zoe/`);
    const account = `${emergencies.name}.zoe`;
    pages.set(account, pageOf(`${emergencies.name}.Zoé`));
    const shared = await ask(account, `/user/${account}/files/equipe/partage.txt`);
    expect(shared).toEqual({ status: 200, text: "à nous tous" });
    expect((await ask(account, `/user/${account}/api/contents/brouillon.txt`)).status).toBe(404);
  });

  it("closes a team's work to the others: by the web, and from a notebook", async () => {
    const { name } = emergencies;
    expect((await ask(accidents.name, `/user/${name}/api/contents/brouillon.txt`)).status).not.toBe(200);
    const files = ["travaux", "equipes"].map((parent) => join(hub.folder, parent, name));
    const secrets = [join(hub.folder, "hub", "equipes.json"), join(hub.folder, "hub", "jupyterhub.sqlite")];
    const text = await runCell(
      accidents.name,
      `import { readdirSync, readFileSync } from "node:fs";
       const attempt = (read: () => unknown) => { try { read(); return "lu"; } catch (error) { return (error as NodeJS.ErrnoException).code; } };
       console.log([...${JSON.stringify(files)}.map((f) => attempt(() => readdirSync(f))),
                    ...${JSON.stringify(secrets)}.map((f) => attempt(() => readFileSync(f))),
                    attempt(() => readFileSync("/proc/1/environ"))].join(" "));`,
    );
    expect(text.trim()).toBe("EACCES EACCES EACCES EACCES EACCES");
  });

  it("reads the months that the event shares, and can't change them", async () => {
    const text = await runCell(
      accidents.name,
      `import { writeFileSync } from "node:fs";
       import { connect } from "damir";
       const damir = await connect();
       const [row] = (await damir.sql\`SELECT count(*) AS n FROM damir\`).rows;
       let written = "écrit";
       try { writeFileSync(process.env.DAMIR_HOME + "/store/essai", ""); } catch (error) { written = (error as NodeJS.ErrnoException).code ?? ""; }
       console.log(row?.n, written);`,
    );
    expect(text.trim()).toBe("800 EACCES");
  });

  it("keeps a kernel within the lab's memory, and the lab goes on", async () => {
    const text = await runCell(
      accidents.name,
      `const kept: Buffer[] = [];
       let refusal = "";
       try { for (let i = 0; i < 8; i++) kept.push(Buffer.alloc(1 << 30)); } catch (error) { refusal = (error as Error).name; }
       console.log(kept.length < 3, refusal);`,
    );
    expect(text.trim()).toBe("true RangeError");
    expect((await ask(accidents.name, `/user/${accidents.name}/api/status`)).status).toBe(200);
  });

  it("shows the organisers who is on, and nobody else", async () => {
    const page = await enter("organisation");
    await page.getByRole("link", { name: "Qui est là" }).click();
    const rows = (await page.locator("#presence tbody tr").allInnerTexts()).map((row) => row.split("\t"));
    expect(rows).toEqual([
      [accidents.title, accidents.name, "en activité"],
      [emergencies.title, emergencies.name, "en activité"],
      [emergencies.title, `${emergencies.name}.zoe`, "en activité"],
    ]);
    expect(await page.locator("#absent").innerText()).toBe("Équipes qui ne sont pas encore venues : meteo.");
    // JupyterHub's own page goes on below.
    await page.getByRole("button", { name: "Stop All" }).waitFor();
    await page.screenshot({ path: join(screenshots, "event-presence.png"), fullPage: true });
    await page.context().close();

    const other = await pageOf(accidents.name).context().newPage();
    expect((await other.goto(`${hub.origin}/hub/admin`))?.status()).toBe(403);
    await other.getByRole("heading", { name: "Cette page n'est pas pour ce compte" }).waitFor();
    await other.close();
  });

  it("leaves Jupyter's own protections on, and no secret in its log or to other accounts", async () => {
    const account = accidents.name;
    const page = await pageOf(account).context().newPage();
    const answer = await page.goto(`${hub.origin}/user/${account}/lab`);
    expect(answer?.headers()["content-security-policy"]).toContain("frame-ancestors");
    await page.close();
    const forged = await pageOf(account).evaluate(
      async (path) => (await fetch(path, { method: "PUT", body: '{"type":"directory"}' })).status,
      `/user/${account}/api/contents/sans-jeton`,
    );
    expect(forged).toBe(403);

    const tokens = hub
      .processes()
      .flatMap(({ environment }) => environment)
      .flatMap(
        (entry) =>
          /^(?:JUPYTERHUB_API_TOKEN|JPY_API_TOKEN|CONFIGPROXY_AUTH_TOKEN)=(.+)/.exec(entry)?.[1] ?? [],
      );
    expect(tokens.length).toBeGreaterThan(3);
    const { log } = hub;
    for (const secret of [...tokens, ...passwords.values()]) expect(log).not.toContain(secret);
    expect(statSync(join(hub.folder, "hub", "equipes.json")).mode & 0o777).toBe(0o600);
  });

  it("keeps the labs when the hub is killed and started again, and takes a team that was added meanwhile", async () => {
    const account = emergencies.name;
    const started = async () =>
      (JSON.parse((await ask(account, `/user/${account}/api/status`)).text) as { started: string }).started;
    const before = await started();
    await hub.kill();
    await hub.start();
    expect(await started()).toBe(before);
    expect((await ask(account, `/user/${account}/files/brouillon.txt`)).text).toBe("à nous");

    const password = passwordsIn(await hub.equipes("ajouter", "tard-venus")).get("tard-venus") ?? "";
    passwords.set("tard-venus", password);
    // A team without a theme of ours; typed as people type.
    const page = await enter("tard-venus", "", ` ${password.toUpperCase().replaceAll("-", " ")}`);
    await page.locator(".damir-Card").first().waitFor({ timeout: 90_000 });
    pages.set("tard-venus", page);
  });

  it("removes a team with its labs, kernels and sessions, and keeps its work for when it comes back", async () => {
    const team = "tard-venus";
    const ofTeam = () =>
      hub.processes().filter(({ environment }) => environment.includes(`JUPYTERHUB_USER=${team}`));
    const status = (account: string) => ask(account, `/user/${account}/api/status`);
    const owner = () => statSync(join(hub.folder, "travaux", team)).uid;
    expect((await write(team, "restera.txt", "toujours là")).status).toBe(201);
    expect((await runCell(team, "console.log(6 * 7)")).trim()).toBe("42");
    expect((await ask(team, `/user/${team}/api/kernels`)).text).toContain('"typescript"');
    expect(ofTeam().length).toBeGreaterThan(1);
    const uid = owner();

    const stdout = await hub.equipes("retirer", team);
    expect(stdout).toContain(`Labos et sessions fermés : ${team}.`);
    expect(stdout).toContain(`damir serve team ${team} --remove`);
    await expect.poll(() => ofTeam().length, { timeout: 20_000 }).toBe(0);
    expect((await pageOf(team).goto(`${hub.origin}/user/${team}/lab`))?.url()).toContain("/hub/login");
    await pageOf(team).context().close();
    expect(await hub.equipes("liste")).not.toContain(team);
    const page = await enter(team);
    await page.getByRole("alert").waitFor();
    await page.context().close();
    // The others don't notice.
    expect((await status(emergencies.name)).status).toBe(200);

    // A uid owns files: it is never another team's.
    await hub.equipes("ajouter", "encore-une");
    passwords.set(team, passwordsIn(await hub.equipes("ajouter", team)).get(team) ?? "");
    await openLab(team);
    expect(owner()).toBe(uid);
    expect((await ask(team, `/user/${team}/files/restera.txt`)).text).toBe("toujours là");
  });

  it("removes a team while the hub is down, says what stays open, and closes it when asked again", async () => {
    const team = "tard-venus";
    await hub.kill();
    await expect(hub.equipes("retirer", team)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("son mot de passe n'ouvre plus rien") as string,
      stderr: expect.stringContaining(`relancez : equipes retirer ${team}`) as string,
    });
    await hub.start();
    expect((await ask(team, `/user/${team}/files/restera.txt`)).status).toBe(200);
    expect(await hub.equipes("retirer", team)).toContain(`Labos et sessions fermés : ${team}.`);
    expect((await ask(team, `/user/${team}/files/restera.txt`)).text).not.toContain("toujours là");
  });

  it.each([
    [["ajouter", "Équipe 1"], "n'est pas un nom d'équipe"],
    [["retirer", "inconnue"], "L'équipe « inconnue » n'existe pas"],
    [["retirer", "organisation"], "Le compte des organisateurs ne se retire pas"],
    [["mot-de-passe", "inconnue"], "L'équipe « inconnue » n'existe pas"],
  ])("refuses %j and says why", async (words, message) => {
    await expect(hub.equipes(...words)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
  });
});
