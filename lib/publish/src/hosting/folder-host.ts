import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { lockStore, StoreBusyError } from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { recordName } from "./analysis-record.js";
import { folderPrefix } from "./folder-prefix.js";
import { requireOwnPlace } from "./own-place.js";
import { siteAddress, type Host } from "./published-page.js";
import { putPage } from "./site.js";
import { imageAddress, pageAddress, type SiteAddresses } from "./site-addresses.js";
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
  const files = folderFiles(root);
  const inFrench = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw explained(error, root);
    }
  };
  return {
    patience: address === undefined ? undefined : 60_000,
    whereToLook: `Un serveur web doit montrer le dossier ${resolve(folder)} à l'adresse donnée par --address : s'il en montre une copie, mettez-la à jour.`,
    addressOf: (slug) => pageAddress(addresses, slug),
    imageAddressOf: (slug) => imageAddress(addresses, slug),
    find: (claim, options = {}) => inFrench(requireOwnPlace(files, claim, options)),
    publish: (page, now, options) =>
      inFrench(
        alone(root, async () => {
          await removeUnfinished(root);
          return putPage(files, page, addresses, now, options);
        }),
      ),
  };
}

/** Longest wait for another publication in the same folder, in milliseconds: one takes well under a second. */
const longestTurn = 20_000;

/** Does some work while no other process of ours writes in the folder. */
async function alone<Value>(root: string, work: () => Promise<Value>): Promise<Value> {
  const until = Date.now() + longestTurn;
  for (;;) {
    let unlock: () => void;
    try {
      unlock = lockStore(join(root, ".publication.lock"));
    } catch (error) {
      if (!(error instanceof StoreBusyError)) throw error;
      if (Date.now() > until) {
        throw new UserError(
          `Une autre publication est en cours dans ${root}. Attendez qu'elle finisse, puis relancez ; si vous êtes sûr qu'il n'y en a aucune, supprimez ${join(root, ".publication.lock")}.`,
          { cause: error },
        );
      }
      await sleep(50);
      continue;
    }
    try {
      return await work();
    } finally {
      unlock();
    }
  }
}

const unfinished = new RegExp(
  `^(index\\.html|image\\.png|feed\\.xml|${recordName.replace(".", "\\.")})\\.[0-9a-f]{12}\\.part$`,
);

/** Removes what a killed publication was writing: nobody else is, while the folder is ours alone. */
async function removeUnfinished(root: string, depth = 0): Promise<void> {
  for (const entry of await absentAs([], readdir(root, { withFileTypes: true }))) {
    if (entry.isFile() && unfinished.test(entry.name)) await rm(join(root, entry.name), { force: true });
    // The site, its analyses, their versions.
    if (entry.isDirectory() && depth < 2) await removeUnfinished(join(root, entry.name), depth + 1);
  }
}

function folderFiles(root: string): SiteFiles {
  return {
    exclusive: true,
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
