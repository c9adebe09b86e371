import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "damir";
import { folderPrefix } from "./folder-prefix.js";
import { siteAddress, type Host } from "./published-page.js";
import { putPage } from "./site.js";
import { pageAddress, type SiteAddresses } from "./site-addresses.js";
import type { SiteFiles } from "./site-files.js";

/** A site in a folder of this machine. */
export interface FolderHostOptions {
  folder: string;
  /** Where a web server shows that folder; without it, addresses are those of the files. */
  address?: string;
  /** Folder of the site where the analyses go; its root otherwise. */
  path?: string;
}

/** Keeps a site in a folder: to look at it, or for a web server to show. */
export function folderHost({ folder, address, path }: FolderHostOptions): Host {
  const prefix = folderPrefix(path);
  const root = resolve(folder, prefix);
  const addresses: SiteAddresses =
    address === undefined
      ? { site: siteAddress(`${pathToFileURL(root).href}/`), index: "index.html" }
      : { site: `${siteAddress(address)}${prefix}`, index: "" };
  return {
    addressOf: (slug) => pageAddress(addresses, slug),
    publish: async (page, now) => {
      try {
        return await putPage(folderFiles(root), page, addresses, now);
      } catch (error) {
        throw explained(error, root);
      }
    },
  };
}

function folderFiles(root: string): SiteFiles {
  return {
    async listNamed(name) {
      const folders = await absentAs([], readdir(root, { withFileTypes: true }));
      const found = [];
      for (const folder of folders) {
        if (!folder.isDirectory()) continue;
        if (await absentAs(undefined, stat(join(root, folder.name, name))))
          found.push(`${folder.name}/${name}`);
      }
      return found.sort();
    },
    read: (path) => absentAs(undefined, readFile(join(root, path))),
    async write(path, content) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true });
      const beside = `${target}.${randomBytes(6).toString("hex")}.part`;
      try {
        await writeFile(beside, content);
        await rename(beside, target);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },
  };
}

async function absentAs<Value, Absent>(absent: Absent, reading: Promise<Value>): Promise<Value | Absent> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return absent;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function explained(error: unknown, root: string): unknown {
  const reasons: Record<string, string> = {
    EACCES: "vous n'avez pas le droit d'y écrire",
    EPERM: "vous n'avez pas le droit d'y écrire",
    EROFS: "il est en lecture seule",
    ENOSPC: "le disque est plein",
    EDQUOT: "votre quota de disque est atteint",
    ENOTDIR: "un fichier est là où il faudrait un dossier",
    EEXIST: "un fichier est là où il faudrait un dossier",
    EISDIR: "un dossier est là où il faudrait un fichier",
  };
  const reason = reasons[codeOf(error) ?? ""];
  if (reason === undefined) return error;
  return new UserError(
    `La page ne s'écrit pas dans ${root} : ${reason}. Choisissez un autre dossier, ou corrigez celui-ci, puis relancez la même commande : elle complète ce qui manque.`,
    { cause: error },
  );
}
