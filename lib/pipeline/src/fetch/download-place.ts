import { statSync } from "node:fs";
import { join } from "node:path";

/** Where the files of a download are. */
export interface DownloadPlace {
  file: string;
  partial: string;
  /** What is known of the `.partial`. */
  begun: string;
  /** What is known of the file. */
  done: string;
  lock: string;
}

/** Where a dataset's file is downloaded: `<home>/downloads/<dataset>/`. */
export function placeOf(home: string, dataset: string, name: string): DownloadPlace {
  const file = join(downloadsFolder(home), dataset, name);
  return {
    file,
    partial: `${file}.partial`,
    begun: `${file}.partial.json`,
    done: `${file}.json`,
    lock: `${file}.lock`,
  };
}

/** Folder of what is downloaded, before and after its import. */
export function downloadsFolder(home: string): string {
  return join(home, "downloads");
}

/** Size of a file, 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
