import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { sampleFolder } from "damir";
import { explainDiskError, requireDiskSpace } from "./disk.js";
import { silentEffects, type PipelineEffects } from "./effects.js";
import { isIntact } from "./inventory.js";
import { lockStore } from "./store-lock.js";

/** Loaded when it is asked for: it is long and nothing else needs it. */
const generator: string = "./sample/index.js";

interface Generator {
  generateSample: (folder: string, effects: PipelineEffects) => Promise<unknown>;
}

/** What the sample takes at most while it is being made, in bytes. */
const room = 200e6;

/**
 * Makes the synthetic sample, unless it is there and whole. The former one stays until the new one is complete.
 * @param home folder of the stores (`damirHome()`)
 * @param force makes it anyway
 * @throws UserError when the disk is full or can't be written, or another process is making it
 */
export async function makeSample(
  home: string,
  force = false,
  effects: PipelineEffects = silentEffects,
): Promise<{ made: boolean; folder: string }> {
  const folder = sampleFolder(home);
  if (!force && (await isIntact(folder))) return { made: false, folder };
  const partial = `${folder}.partial`;
  const former = `${folder}.former.partial`;
  try {
    await requireDiskSpace(folder, room);
    const unlock = lockStore(`${folder}.lock`);
    try {
      await rm(partial, { recursive: true, force: true });
      await rm(former, { recursive: true, force: true });
      await mkdir(partial, { recursive: true });
      const { generateSample } = (await import(generator)) as Generator;
      await generateSample(partial, effects);
      if (existsSync(folder)) await rename(folder, former);
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
      await rm(former, { recursive: true, force: true });
      unlock();
    }
  } catch (error) {
    throw explainDiskError(error, folder);
  }
  return { made: true, folder };
}
