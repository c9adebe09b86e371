import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitHost, type GitHostOptions } from "./git-host.js";
import { april, emptyFolder, hostedPage, march, nextPage } from "./hosted-page.fixture.js";

const address = "https://equipe.github.io/analyses/";

/** Without what the machine's own settings say. */
const env: NodeJS.ProcessEnv = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};

function git(folder: string, ...words: string[]): string {
  return execFileSync("git", words, {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/** A repository with work under way, and the bare one it pushes to. */
function repositories(): { mine: string; bare: string } {
  const folder = emptyFolder();
  const [mine, bare] = [join(folder, "mine"), join(folder, "distant.git")];
  git(folder, "init", "-q", "--bare", "-b", "main", bare);
  git(folder, "init", "-q", "-b", "main", mine);
  git(mine, "config", "user.name", "Camille Martin");
  git(mine, "config", "user.email", "camille@exemple.fr");
  git(mine, "remote", "add", "origin", bare);
  writeFileSync(join(mine, "notes.txt"), "validé\n");
  git(mine, "add", ".");
  git(mine, "commit", "-q", "-m", "Notes");
  git(mine, "push", "-q", "origin", "main");
  writeFileSync(join(mine, "notes.txt"), "en cours\n");
  writeFileSync(join(mine, "choisi.txt"), "dans l'index\n");
  git(mine, "add", "choisi.txt");
  return { mine, bare };
}

const open = (options: GitHostOptions, more: NodeJS.ProcessEnv = {}) =>
  gitHost({ address, ...options }, { ...env, ...more });

test("a page goes to the branch of the site in one commit, signed by the user", async () => {
  const { mine, bare } = repositories();
  const host = await open({ repository: mine });
  const outcome = await host.publish(hostedPage, march);
  expect(outcome).toMatchObject({ address: `${address}depassements/`, changed: true });
  expect(git(bare, "ls-tree", "-r", "--name-only", "gh-pages").split("\n")).toEqual([
    ".nojekyll",
    "depassements/2026-03-01/image.png",
    "depassements/2026-03-01/index.html",
    "depassements/analyse.json",
    "depassements/image.png",
    "depassements/index.html",
    "feed.xml",
    "index.html",
  ]);
  expect(git(bare, "show", "gh-pages:depassements/index.html")).toBe(hostedPage.html);
  expect(git(bare, "log", "--format=%an %s", "gh-pages")).toBe(
    `Camille Martin ${hostedPage.title} (2026-03-01)`,
  );
});

test("the user's files, index, branches and their other work stay as they were", async () => {
  const { mine } = repositories();
  const state = () => [
    git(mine, "status", "--porcelain=v2", "--branch"),
    git(mine, "branch", "--list"),
    git(mine, "worktree", "list"),
    git(mine, "diff"),
    git(mine, "diff", "--cached"),
  ];
  const before = state();
  await (await open({ repository: mine })).publish(hostedPage, march);
  await (await open({ repository: mine })).publish(nextPage, april);
  expect(state()).toEqual(before);
});

test("a next version keeps the earlier one and what else the branch holds; the same page again makes no commit", async () => {
  const { mine, bare } = repositories();
  const other = join(mine, "..", "autre");
  git(mine, "clone", "-q", bare, other);
  git(other, "checkout", "-q", "--orphan", "gh-pages");
  git(other, "rm", "-rfq", ".");
  writeFileSync(join(other, "CNAME"), "sante.exemple.fr\n");
  git(other, "add", ".");
  git(other, "-c", "user.name=A", "-c", "user.email=a@b.fr", "commit", "-q", "-m", "Domaine");
  git(other, "push", "-q", "origin", "gh-pages");
  const host = await open({ repository: mine });
  await host.publish(hostedPage, march);
  await host.publish(nextPage, april);
  expect(git(bare, "show", "gh-pages:CNAME")).toBe("sante.exemple.fr");
  expect(git(bare, "show", "gh-pages:depassements/2026-03-01/index.html")).toBe(hostedPage.html);
  expect(git(bare, "show", "gh-pages:depassements/index.html")).toBe(nextPage.html);
  // Not a new site: it may be one that Jekyll makes.
  expect(git(bare, "ls-tree", "--name-only", "gh-pages")).not.toContain(".nojekyll");
  const head = git(bare, "rev-parse", "gh-pages");
  expect(await host.publish(nextPage, april)).toMatchObject({ changed: false });
  expect(git(bare, "rev-parse", "gh-pages")).toBe(head);
});

test("a page is published to the byte, whatever git does to line ends", async () => {
  const { mine, bare } = repositories();
  git(mine, "config", "core.autocrlf", "true");
  const page = { ...hostedPage, html: "<p>une\r\ndeux\n</p>\r\n" };
  await (await open({ repository: mine })).publish(page, march);
  const published = execFileSync("git", ["show", "gh-pages:depassements/index.html"], { cwd: bare, env });
  expect(published.toString()).toBe(page.html);
});

test("when a colleague pushes in between, their page and ours are both on the site", async () => {
  const { mine, bare } = repositories();
  const theirs = join(mine, "..", "theirs");
  git(mine, "clone", "-q", bare, theirs);
  git(theirs, "config", "user.name", "Dominique");
  git(theirs, "config", "user.email", "d@exemple.fr");
  await (await open({ repository: theirs })).publish({ ...hostedPage, slug: "premiere" }, march);
  // Their next page arrives once ours is made and not yet pushed.
  const hook = join(mine, ".git/hooks/pre-push");
  mkdirSync(join(mine, ".git/hooks"), { recursive: true });
  const tree = '$(git --git-dir="$B" rev-parse gh-pages^{tree})';
  writeFileSync(
    hook,
    `#!/bin/sh
test -e "${mine}/.git/once" && exit 0
touch "${mine}/.git/once"
unset GIT_DIR GIT_INDEX_FILE
B="${bare}"
C=$(git --git-dir="$B" -c user.name=D -c user.email=d@exemple.fr commit-tree ${tree} -p gh-pages -m entre)
git --git-dir="$B" update-ref refs/heads/gh-pages $C
`,
  );
  chmodSync(hook, 0o755);
  await (await open({ repository: mine })).publish(hostedPage, march);
  expect(git(bare, "log", "--format=%s", "gh-pages").split("\n")).toEqual([
    `${hostedPage.title} (2026-03-01)`,
    "entre",
    `${hostedPage.title} (2026-03-01)`,
  ]);
  const index = git(bare, "show", "gh-pages:index.html");
  expect(index).toContain('href="premiere/"');
  expect(index).toContain('href="depassements/"');
});

test("a refused push leaves the branch as it was and says why; once allowed, the same run publishes", async () => {
  const { mine, bare } = repositories();
  const hook = join(bare, "hooks/pre-receive");
  mkdirSync(join(bare, "hooks"), { recursive: true });
  writeFileSync(hook, "#!/bin/sh\necho 'protected branch' >&2\nexit 1\n");
  chmodSync(hook, 0o755);
  const host = await open({ repository: mine });
  await expect(host.publish(hostedPage, march)).rejects.toThrow(
    /n'est pas publiée : la branche gh-pages[^]*protège cette branche[^]*relancez la même commande/,
  );
  expect(git(bare, "branch", "--list")).not.toContain("gh-pages");
  chmodSync(hook, 0o644);
  expect(await host.publish(hostedPage, march)).toMatchObject({ changed: true });
});

test("a lost remote, an unknown author, another place: said in French, and what to do", async () => {
  const { mine } = repositories();
  git(mine, "config", "--unset", "user.name");
  git(mine, "config", "--unset", "user.email");
  git(mine, "config", "user.useConfigOnly", "true");
  await expect((await open({ repository: mine })).publish(hostedPage, march)).rejects.toThrow(
    "git config --global user.name",
  );
  git(mine, "remote", "set-url", "origin", "https://moi:jeton-secret@127.0.0.1:1/equipe/analyses.git");
  const lost: unknown = await (
    await open({ repository: mine })
  )
    .publish(hostedPage, march)
    .catch((e: unknown) => e);
  expect(String(lost)).toMatch(/le dépôt ne répond pas/);
  expect(String(lost)).not.toContain("jeton-secret");
  await expect(open({ repository: mine, remote: "amont" })).rejects.toThrow("git remote add amont ADRESSE");
  await expect(open({ repository: emptyFolder() })).rejects.toThrow("n'est pas dans un dépôt git");
  await expect(open({ repository: mine }, { PATH: "/nonexistent" })).rejects.toThrow("git ne se lance pas");
});

test("GitHub's addresses are known from the repository's; elsewhere the address is asked for", async () => {
  const { mine } = repositories();
  const addressFor = async (url: string) => {
    git(mine, "remote", "set-url", "origin", url);
    return (await gitHost({ repository: mine }, env)).addressOf("page");
  };
  expect(await addressFor("git@github.com:Equipe/analyses.git")).toBe(
    "https://equipe.github.io/analyses/page/",
  );
  expect(await addressFor("https://github.com/equipe/analyses")).toBe(
    "https://equipe.github.io/analyses/page/",
  );
  expect(await addressFor("ssh://git@github.com/equipe/equipe.github.io.git")).toBe(
    "https://equipe.github.io/page/",
  );
  await expect(addressFor("git@gitlab.com:equipe/analyses.git")).rejects.toThrow("--address");
});

test("a branch for GitLab has the job that shows it", async () => {
  const { mine, bare } = repositories();
  git(mine, "remote", "set-url", "origin", `git@gitlab.exemple.fr:${bare}`);
  // An ssh that runs here what it is asked to run there.
  const ssh = join(mine, "..", "ssh");
  writeFileSync(ssh, '#!/bin/sh\nshift\nexec sh -c "$*"\n');
  chmodSync(ssh, 0o755);
  const host = await open(
    { repository: mine, branch: "pages", path: "sante" },
    { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: "simple" },
  );
  await host.publish(hostedPage, march);
  expect(git(bare, "show", "pages:.gitlab-ci.yml")).toContain('$CI_COMMIT_BRANCH == "pages"');
  expect(git(bare, "show", "pages:sante/depassements/index.html")).toBe(hostedPage.html);
});
