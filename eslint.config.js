import { existsSync } from "node:fs";
import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Floors of the house: nothing imports a package that stands above it. */
const floors = {
  kernel: ["damir", "@atelier-damir/pipeline", "@atelier-damir/publish", "@atelier-damir/cli"],
  "lib/damir": [
    "@atelier-damir/kernel",
    "@atelier-damir/pipeline",
    "@atelier-damir/publish",
    "@atelier-damir/cli",
  ],
  "lib/pipeline": ["@atelier-damir/kernel", "@atelier-damir/publish", "@atelier-damir/cli"],
  "lib/publish": ["@atelier-damir/kernel", "@atelier-damir/cli"],
  "lib/cli": ["@atelier-damir/kernel"],
};

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      ".venv*/",
      ".damir/",
      "**/.ipynb_checkpoints/",
      "tests/output/",
      // Its types are JupyterLab's, 400 MB that are installed apart: without them the rules on types say nothing true.
      ...(existsSync(new URL("lib/labextension/node_modules", import.meta.url))
        ? []
        : ["lib/labextension/src/"]),
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: {
        AbortController: "readonly",
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        AbortSignal: "readonly",
      },
    },
  },
  ...Object.entries(floors).map(
    ([folder, forbidden]) =>
      /** @type {import("typescript-eslint").ConfigArray[number]} */ ({
        files: [`${folder}/src/**/*.ts`],
        rules: { "no-restricted-imports": ["error", { paths: forbidden }] },
      }),
  ),
);
