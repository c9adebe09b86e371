import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "damir";
import { folderPrefix } from "./folder-prefix.js";
import { GitCommand, GitFailure, withoutSecrets } from "./git-command.js";
import { gitFiles } from "./git-files.js";
import { isRace, pushFailure } from "./git-failure.js";
import { requireOwnPlace } from "./own-place.js";
import { isGitlab, pagesAddress } from "./pages-address.js";
import {
  siteAddress,
  type Host,
  type HostedPage,
  type HostingOptions,
  type HostingOutcome,
} from "./published-page.js";
import { putPage } from "./site.js";
import { imageAddress, pageAddress, type SiteAddresses } from "./site-addresses.js";

/** A site in a branch of a repository of the user's. */
export interface GitHostOptions {
  /** Anywhere in the user's repository. */
  repository: string;
  /** Name of the remote that shows the site: `origin` unless said. */
  remote?: string;
  /** Branch of the site: `gh-pages` unless said. */
  branch?: string;
  /** Folder of the branch where the analyses go; its root otherwise. */
  path?: string;
  /** Address of the site; found from the remote for GitHub. */
  address?: string;
}

const mostTries = 3;

/**
 * Keeps a site in a branch of a GitHub or GitLab repository, pushed by the user's own git: their settings, their keys. The commit is
 * made beside their work: no file, branch or index of theirs changes. One push holds all of it: it arrives whole or not at all.
 * @throws UserError when this isn't a repository, has no such remote, or the site's address can't be known
 */
export async function gitHost(
  { repository, remote = "origin", branch = "gh-pages", path, address }: GitHostOptions,
  env: NodeJS.ProcessEnv,
): Promise<Host> {
  const prefix = folderPrefix(path);
  const url = await remoteAddress(new GitCommand(repository, ownEnvironment(env)), remote, repository);
  const site = address ?? pagesAddress(url);
  if (site === undefined) {
    throw new UserError(
      `L'adresse du site que montre ${withoutSecrets(url)} ne se devine pas. Donnez-la : --address https://… (sur GitLab : Déploiement, puis Pages).`,
    );
  }
  const addresses: SiteAddresses = { site: `${siteAddress(site)}${prefix}`, index: "" };
  /** The branch as the remote has it, in an index of its own. */
  const onBranch = async <Value>(
    work: (git: GitCommand, parent: string | undefined) => Promise<Value>,
  ): Promise<Value> => {
    const folder = await mkdtemp(join(tmpdir(), "damir-pages-"));
    try {
      const index = { ...ownEnvironment(env), GIT_INDEX_FILE: join(folder, "index") };
      const git = new GitCommand(repository, index);
      const parent = await fetchBranch(git, remote, branch);
      await git.bytes(parent === undefined ? ["read-tree", "--empty"] : ["read-tree", parent]);
      return await work(git, parent);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const commitAndPush = (page: HostedPage, now: Date, options: HostingOptions): Promise<HostingOutcome> =>
    onBranch(async (git, parent) => {
      const outcome = await putPage(gitFiles(git, prefix), page, addresses, now, options);
      await completeBranch(git, url, branch, parent === undefined);
      const tree = await git.line(["write-tree"]);
      if (parent !== undefined && tree === (await git.line(["rev-parse", `${parent}^{tree}`]))) {
        return { ...outcome, changed: false };
      }
      const commit = await git.line(
        ["commit-tree", tree, ...(parent === undefined ? [] : ["-p", parent])],
        Buffer.from(`${page.title} (${page.version})\n`),
      );
      await git.bytes(["push", "--quiet", remote, `${commit}:refs/heads/${branch}`]);
      return { ...outcome, changed: true };
    });
  const inFrench = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        // Somebody else has pushed in between: on what they pushed, then.
        if (error instanceof GitFailure && isRace(error) && tries < mostTries) continue;
        throw error instanceof GitFailure ? pushFailure(error, withoutSecrets(url), branch) : error;
      }
    }
  };
  return {
    // GitHub says up to ten minutes, and its first publication may take them.
    patience: 600_000,
    whereToLook: `Le site du dépôt doit montrer la branche ${branch} : sur GitHub, Settings, Pages, « Deploy from a branch » ; sur GitLab, le travail « pages » doit avoir réussi (Compilation, Pipelines) et l'accès aux pages être public.`,
    addressOf: (slug) => pageAddress(addresses, slug),
    imageAddressOf: (slug) => imageAddress(addresses, slug),
    find: (claim, options = {}) =>
      inFrench(() => onBranch((git) => requireOwnPlace(gitFiles(git, prefix), claim, options))),
    publish: (page, now, options = {}) => inFrench(() => commitAndPush(page, now, options)),
  };
}

/** The environment without what a git that called us, for a hook for instance, says of its own work. */
function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = { ...env };
  for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"]) {
    Reflect.deleteProperty(own, name);
  }
  return own;
}

async function remoteAddress(git: GitCommand, remote: string, repository: string): Promise<string> {
  try {
    await git.line(["rev-parse", "--git-dir"]);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UserError(
      `${repository} n'est pas dans un dépôt git (${error.message}). Lancez la commande dans le dépôt qui portera le site, ou donnez-le : --repository DOSSIER.`,
      { cause: error },
    );
  }
  try {
    return await git.line(["remote", "get-url", "--push", remote]);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UserError(
      `Ce dépôt n'a pas de dépôt distant nommé « ${remote} ». Ajoutez-le (git remote add ${remote} ADRESSE), ou donnez-en un autre : --remote NOM.`,
      { cause: error },
    );
  }
}

/** Brings the branch as the remote has it; undefined where the remote has none. */
async function fetchBranch(git: GitCommand, remote: string, branch: string): Promise<string | undefined> {
  const name = `refs/heads/${branch}`;
  const [commit] = (await git.line(["ls-remote", remote, name])).split("\t");
  if (!commit) return undefined;
  await git.bytes(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, name]);
  return commit;
}

/** What the site's server wants beside the pages. */
async function completeBranch(git: GitCommand, url: string, branch: string, created: boolean): Promise<void> {
  const files = gitFiles(git, "");
  // Without it GitHub would have Jekyll read a site that has nothing for it. An older branch may be a Jekyll site.
  if (created) await files.write(".nojekyll", new Uint8Array());
  if (isGitlab(url) && (await files.read(".gitlab-ci.yml")) === undefined) {
    await files.write(".gitlab-ci.yml", new TextEncoder().encode(gitlabJob(branch)));
  }
}

function gitlabJob(branch: string): string {
  return `# GitLab montre ce que ce travail laisse dans public/.
pages:
  script:
    - mkdir .public
    - cp -r -- * .public
    - mv .public public
  artifacts:
    paths:
      - public
  rules:
    - if: $CI_COMMIT_BRANCH == ${JSON.stringify(branch)}
`;
}
