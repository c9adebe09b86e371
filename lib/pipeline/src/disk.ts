import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "damir";

/** A size as people read it: `1,6 Go`. */
export function readableSize(bytes: number): string {
  const units = ["octets", "ko", "Mo", "Go", "To"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = (bytes / 1000 ** power).toLocaleString("fr-FR", {
    maximumFractionDigits: power === 0 ? 0 : 1,
  });
  return `${value} ${units[power] ?? ""}`;
}

/**
 * Refuses to start what can't finish.
 * @param folder where the files will be; it may not exist yet
 * @param needed bytes
 * @throws UserError when the disk has less room
 */
export async function requireDiskSpace(folder: string, needed: number): Promise<void> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const disk = await statfs(existing);
  const free = disk.bavail * disk.bsize;
  if (free < needed) {
    throw new UserError(
      `Il faut environ ${readableSize(needed)} libres sur le disque de ${folder} pour cet import et il en reste ${readableSize(free)}. Libérez de la place ou choisissez un autre dossier (--home DOSSIER).`,
    );
  }
}

/**
 * Says in French what a disk refused, whether Node or DuckDB met it; any other error comes back as it is.
 * @param folder where the writing took place
 */
export function explainDiskError(error: unknown, folder: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const fault = `${code ?? ""} ${error.message}`;
  if (/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|max_temp_directory_size/.test(fault)) {
    return new UserError(
      `Le disque de ${folder} est plein. L'import est abandonné et vos données d'avant sont intactes : libérez de la place puis relancez.`,
      { cause: error },
    );
  }
  if (/EROFS|Read-only file system/.test(fault)) {
    return new UserError(
      `${folder} est sur un disque en lecture seule. Choisissez un autre dossier (--home DOSSIER).`,
      { cause: error },
    );
  }
  // Node's recursive mkdir says ENOENT where the disk says EROFS.
  if (code === "ENOENT" && (error as NodeJS.ErrnoException).syscall === "mkdir") {
    return new UserError(
      `${folder} ne peut pas être créé : son disque est en lecture seule ou absent. Choisissez un autre dossier (--home DOSSIER).`,
      { cause: error },
    );
  }
  if (/EACCES|EPERM|Permission denied/.test(fault)) {
    return new UserError(
      `Vous n'avez pas le droit d'écrire dans ${folder}. Choisissez un autre dossier (--home DOSSIER) ou changez ses droits.`,
      { cause: error },
    );
  }
  if (/ENOTDIR|EEXIST/.test(code ?? "")) {
    return new UserError(
      `${folder} ne peut pas servir de dossier : un fichier porte ce nom. Choisissez-en un autre (--home DOSSIER).`,
      { cause: error },
    );
  }
  return error;
}
