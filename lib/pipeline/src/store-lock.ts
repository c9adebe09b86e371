import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { UserError } from "damir";

/** Another process writes in the store. */
export class StoreBusyError extends UserError {}

/** Who holds a lock, as its file says. */
interface Holder {
  pid: number;
  host: string;
  /** When that process began, in the kernel's ticks: tells a process from a later one of the same number. Linux only. */
  began?: string;
}

/**
 * Takes the right to write in a store, for one process at a time.
 * The lock of a process that died, even killed, is taken over.
 * @param path the lock's file
 * @returns gives the right back
 * @throws StoreBusyError when another process holds it
 */
export function lockStore(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.partial`;
  writeFileSync(draft, JSON.stringify(holderOf(process.pid)));
  try {
    while (!linked(draft, path)) removeStaleLock(path);
  } finally {
    rmSync(draft, { force: true });
  }
  removeDrafts(path);
  return () => {
    rmSync(path, { force: true });
  };
}

/** Removes the drafts of processes that were killed while they took the lock. */
function removeDrafts(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    const [, pid] =
      /^(\d+)(?:\.stale)?\.partial$/.exec(name.startsWith(start) ? name.slice(start.length) : "") ?? [];
    if (pid === undefined) continue;
    const draft = join(dirname(path), name);
    const text = unlessGone(() => readFileSync(draft, "utf8"));
    // A draft cut short names its process by its file name only.
    const holder = holderFromText(text ?? "") ?? { pid: Number(pid), host: hostname() };
    if (!isAlive(holder)) rmSync(draft, { force: true });
  }
}

/** A hard link appears whole or not at all, so that nobody reads a half-written lock. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function removeStaleLock(path: string): void {
  const found = unlessGone(() => readFileSync(path, "utf8"));
  if (found === undefined) return;
  const holder = holderFromText(found);
  if (holder && isAlive(holder)) {
    const elsewhere = holder.host === hostname() ? "" : ` de la machine ${holder.host}`;
    throw new StoreBusyError(
      `Un autre import écrit déjà dans ce dossier (processus ${holder.pid}${elsewhere}). Attendez qu'il finisse ; si vous êtes sûr qu'il n'y en a aucun, supprimez ${path}.`,
    );
  }
  // Of several processes only one can rename; the one that took a fresh lock by mistake puts it back.
  const aside = `${path}.${process.pid}.stale.partial`;
  const taken = unlessGone(() => {
    renameSync(path, aside);
    return readFileSync(aside, "utf8");
  });
  if (taken === undefined) return;
  if (taken !== found) linked(aside, path);
  rmSync(aside);
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function holderOf(pid: number): Holder {
  const began = processStart(pid);
  return { pid, host: hostname(), ...(began === undefined ? {} : { began }) };
}

/** An unreadable lock is what a power cut leaves: it holds nothing. */
function holderFromText(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === "number" && typeof holder.host === "string"
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  // Another machine's processes can't be seen from here: only a person can tell.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return holder.began === undefined || holder.began === processStart(holder.pid);
}

function processStart(pid: number): string | undefined {
  try {
    // The 22nd field of proc(5)'s stat; the 2nd is a name in parentheses that may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}
