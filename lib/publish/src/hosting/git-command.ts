import { spawn } from "node:child_process";
import { UserError } from "damir";

/** Git refused, or failed: what it said, without any secret of the addresses. */
export class GitFailure extends Error {
  override name = "GitFailure";
}

/** Runs the user's git in a repository of theirs, with their settings and their keys. */
export class GitCommand {
  /**
   * @param folder anywhere in the repository
   * @param env of the process, completed for this work
   */
  constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * Runs a git command.
   * @param input what it reads
   * @returns what it wrote, as bytes
   * @throws GitFailure when git says no
   * @throws UserError when there is no git
   */
  async bytes(words: string[], input?: Uint8Array): Promise<Buffer> {
    const child = spawn("git", words, {
      cwd: this.folder,
      // In English: what git says is read. In its own index: the user's stays as it is.
      env: { ...this.env, LC_ALL: "C" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => out.push(piece));
    child.stderr.on("data", (piece: Buffer) => err.push(piece));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number | null>((done, failed) => {
      child.on("error", failed);
      child.on("close", done);
    }).catch((cause: unknown) => {
      throw new UserError(
        `git ne se lance pas dans ${this.folder}. Installez git (git-scm.com) et vérifiez que ce dossier existe, ou publiez dans un dossier avec --to folder.`,
        { cause },
      );
    });
    if (code !== 0) throw new GitFailure(withoutSecrets(Buffer.concat(err).toString("utf8").trim()));
    return Buffer.concat(out);
  }

  /** The same, as a line of text. */
  async line(words: string[], input?: Uint8Array): Promise<string> {
    return (await this.bytes(words, input)).toString("utf8").trim();
  }
}

/** An address or a message without the names and keys that addresses can hold. */
export function withoutSecrets(text: string): string {
  return text.replace(/(\w+:\/\/)[^/@\s]+@/g, "$1");
}
