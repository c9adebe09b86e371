/** Host and path of a repository's address: `git@github.com:equipe/analyses.git`, `https://github.com/equipe/analyses`. */
function hostAndPath(remote: string): { host: string; path: string } | undefined {
  if (URL.canParse(remote)) {
    const { hostname, pathname } = new URL(remote);
    return { host: hostname.toLowerCase(), path: pathname };
  }
  const [, host, path] = /^(?:[^@/\s]+@)?([\w.-]+):(.+)$/.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : { host: host.toLowerCase(), path };
}

/** Where GitHub shows the pages of a repository; undefined elsewhere, GitLab's addresses can't be told from the repository's. */
export function pagesAddress(remote: string): string | undefined {
  const place = hostAndPath(remote);
  if (place?.host !== "github.com" && place?.host !== "ssh.github.com") return undefined;
  const [owner, repository, ...more] = place.path
    .replace(/\.git\/?$/, "")
    .split("/")
    .filter((name) => name !== "");
  if (owner === undefined || repository === undefined || more.length > 0) return undefined;
  const site = `${owner.toLowerCase()}.github.io`;
  return repository.toLowerCase() === site ? `https://${site}/` : `https://${site}/${repository}/`;
}

/** Whether a repository is on a GitLab: its pages need a job of its own. */
export function isGitlab(remote: string): boolean {
  return hostAndPath(remote)?.host.includes("gitlab") ?? false;
}
