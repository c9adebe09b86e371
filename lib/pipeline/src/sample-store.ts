import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sampleFolder } from "damir";
import { explainDiskError, requireDiskSpace } from "./disk.js";
import { silentEffects, type PipelineEffects } from "./effects.js";
import { isIntact } from "./inventory.js";
import { generateSample } from "./sample/index.js";
import { lockStore } from "./store-lock.js";

/** What the sample takes at most while it is being made, in bytes. */
const room = 200e6;

/**
 * Makes the synthetic sample, unless it is there and whole. The former one stays until the new one is complete.
 * @param home folder of the stores (`damirHome()`)
 * @param force makes it anyway
 * @throws UserError when the disk is full or can't be written, or another process is making it
 */
export async function ensureSample(
  home: string,
  force = false,
  effects: PipelineEffects = silentEffects,
): Promise<{ made: boolean; folder: string }> {
  const folder = sampleFolder(home);
  if (!force && (await isIntact(folder))) return { made: false, folder };
  try {
    await requireDiskSpace(folder, room);
    const unlock = lockStore(`${folder}.lock`);
    try {
      await removeLeftovers(folder);
      await generateSample(folder, {
        progress: (message) => {
          effects.report(message);
        },
      });
    } finally {
      unlock();
    }
  } catch (error) {
    throw explainDiskError(error, folder);
  }
  return { made: true, folder };
}

/** Removes what a killed run left beside the sample. */
async function removeLeftovers(folder: string): Promise<void> {
  if (!existsSync(dirname(folder))) return;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.partial-`) || name.startsWith(`${basename(folder)}.old-`)) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}
