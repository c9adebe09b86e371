import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { storeFolder, UserError } from "damir";
import { afterEach, describe, expect, test } from "vitest";
import { addOpenDamir } from "./open-damir.js";
import {
  fingerprintOf,
  homeWithAMonth,
  publishedFile,
  publishedRows,
  received,
  temporaryFolder,
} from "./open-damir.fixture.js";

describe("disks that refuse", () => {
  const mounted: string[] = [];
  afterEach(() => {
    for (const folder of mounted.splice(0)) execFileSync("umount", [folder]);
  });

  /** @returns undefined where this user can't mount */
  function mount(options: string): string | undefined {
    const folder = temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
    } catch {
      return undefined;
    }
    mounted.push(folder);
    return folder;
  }

  const unmountable = "only root can mount a small disk to fill";
  // Repetitive rows: much larger than the size of their archive lets foresee.
  const bomb = () => {
    const file = join(temporaryFolder(), "A202501.csv.gz");
    writeFileSync(file, gzipSync(publishedFile(Array.from({ length: 120_000 }, () => ({})))));
    return file;
  };

  test("too little room is said before anything is written", async ({ skip }) => {
    const disk = mount("size=2m");
    if (disk === undefined) return skip(unmountable);
    const home = await homeWithAMonth(join(disk, "home"));
    const before = fingerprintOf(disk);
    const file = join(temporaryFolder(), "A202501.csv");
    writeFileSync(file, publishedFile(publishedRows(20_000)));
    await expect(addOpenDamir(received(file), home)).rejects.toThrow(
      /Il faut environ [\d,]+ Mo libres .* il en reste 2,1 Mo/,
    );
    expect(fingerprintOf(disk)).toEqual(before);
  });

  test("a disk that fills up on the way", async ({ skip }) => {
    const disk = mount("size=6m");
    if (disk === undefined) return skip(unmountable);
    const home = await homeWithAMonth(join(disk, "home"));
    const before = fingerprintOf(disk);
    const error: unknown = await addOpenDamir(received(bomb()), home).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/Le disque de .* est plein/);
    expect(fingerprintOf(disk)).toEqual(before);
  });

  test("a read-only disk", async ({ skip }) => {
    const disk = mount("size=6m");
    if (disk === undefined) return skip(unmountable);
    const home = await homeWithAMonth(join(disk, "home"));
    const before = fingerprintOf(disk);
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const file = join(temporaryFolder(), "A202501.csv");
    writeFileSync(file, publishedFile([{}]));
    await expect(addOpenDamir(received(file), home)).rejects.toThrow(
      `${storeFolder(home)} est sur un disque en lecture seule`,
    );
    await expect(addOpenDamir(received(file), join(disk, "new"))).rejects.toThrow(
      /new\/store ne peut pas être créé : .* lecture seule/,
    );
    expect(fingerprintOf(disk)).toEqual(before);
  });

  test("a file where the folder should be", async () => {
    const home = join(temporaryFolder(), "home");
    writeFileSync(home, "x");
    const file = join(temporaryFolder(), "A202501.csv");
    writeFileSync(file, publishedFile([{}]));
    await expect(addOpenDamir(received(file), home)).rejects.toThrow(/un fichier porte ce nom/);
  });

  test("a store whose manifest is damaged is left alone", async () => {
    const home = await homeWithAMonth();
    writeFileSync(join(storeFolder(home), "manifest.json"), "{");
    mkdirSync(join(storeFolder(home), "mine"));
    const before = fingerprintOf(home);
    const file = join(temporaryFolder(), "A202501.csv");
    writeFileSync(file, publishedFile([{}]));
    await expect(addOpenDamir(received(file), home)).rejects.toThrow(/manifeste .* illisible/);
    expect(fingerprintOf(home)).toEqual(before);
  });
});
