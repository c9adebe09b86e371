import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (folder: string) => fileURLToPath(new URL(`${folder}/src/index.ts`, import.meta.url));

// Unit tests read the sources, so that they never pass on a stale build.
const alias = {
  damir: source("./lib/damir"),
  "@atelier-damir/pipeline": source("./lib/pipeline"),
  "@atelier-damir/publish": source("./lib/publish"),
  "@atelier-damir/kernel": source("./kernel"),
  "@atelier-damir/cli/panel": fileURLToPath(new URL("./lib/cli/src/panel/serve-panel.ts", import.meta.url)),
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["kernel/src/**/*.test.ts", "lib/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // Notebooks run side by side, one a core of a small machine.
          maxConcurrency: 2,
          // One lab, one browser at a time.
          poolOptions: { forks: { singleFork: true } },
        },
      },
    ],
  },
});
