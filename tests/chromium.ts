import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Where the browser may be; `CHROMIUM` names another place. */
const places = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Opens the machine's Chromium, headless and without a word to the network. */
export async function openChromium(): Promise<Browser> {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) {
    throw new Error(
      "Chromium est introuvable. Debian, Ubuntu : sudo apt install chromium ; ailleurs : CHROMIUM=/chemin.",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
