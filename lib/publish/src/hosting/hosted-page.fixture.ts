import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HostedPage } from "./published-page.js";

/** A PNG of one pixel. */
export const onePixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export const hostedPage: HostedPage = {
  html: '<!doctype html><html lang="fr"><title>Dépassements</title><h1>Dépassements par région</h1></html>',
  image: onePixel,
  title: "Dépassements d'honoraires <par région> & spécialité",
  description: "**La question** : où dépasse-t-on le plus ? Voir [la méthode](https://exemple.fr).",
  slug: "depassements",
  version: "2026-03-01",
  author: "Camille Martin",
};

/** The next version of that page. */
export const nextPage: HostedPage = {
  ...hostedPage,
  html: hostedPage.html.replace("<h1>", "<h1>Avril : "),
  title: "Dépassements, avril",
  version: "2026-04-01",
};

export const march = new Date("2026-03-01T10:00:00Z");
export const april = new Date("2026-04-01T10:00:00Z");

/** A folder that goes with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "damir-site-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
