import { GitFailure, type GitCommand } from "./git-command.js";
import type { SiteFiles } from "./site-files.js";

/**
 * Files of a commit to be made: read from git's index and written in it, with no file on the disk. Git's filters don't touch them,
 * so that a page is published to the byte.
 * @param git with an index of its own (GIT_INDEX_FILE)
 * @param prefix folder of the branch where the site is, with its final slash; nothing for its root
 */
export function gitFiles(git: GitCommand, prefix: string): SiteFiles {
  return {
    // What others push meanwhile has the push refused.
    exclusive: true,
    async listNamed(name) {
      const paths = (await git.bytes(["ls-files", "-z", "--cached"])).toString("utf8").split("\0");
      return paths
        .flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []))
        .filter((path) => path.endsWith(`/${name}`) && path.split("/").length === 2);
    },
    async read(path) {
      try {
        return await git.bytes(["cat-file", "blob", `:${prefix}${path}`]);
      } catch (error) {
        if (error instanceof GitFailure) return undefined;
        throw error;
      }
    },
    async write(path, content) {
      const blob = await git.line(["hash-object", "-w", "--stdin"], content);
      await git.bytes(["update-index", "--add", "--cacheinfo", `100644,${blob},${prefix}${path}`]);
    },
  };
}
