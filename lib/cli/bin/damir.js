#!/usr/bin/env node
import { existsSync } from "node:fs";

try {
  await import("../dist/main.js");
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  const [first, second] = existsSync(new URL("../../../node_modules/commander", import.meta.url))
    ? ["npm run build", ""]
    : ["npm ci", " puis npm run build"];
  console.error(
    `La commande damir n'est pas encore construite. À la racine du projet, lancez : ${first}${second}`,
  );
  process.exitCode = 1;
}
