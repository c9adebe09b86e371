import { createHash } from "node:crypto";

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/**
 * The content security policy of a page: it runs the scripts and the style sheet that it was made with, by their hashes, shows the
 * pictures that are in it, and reaches nothing else. A second wall behind the sanitiser: what would get through it still can't run.
 */
export function policyOf(scripts: readonly string[], styles: readonly string[]): string {
  const hashes = (texts: readonly string[]) =>
    texts.length === 0 ? "'none'" : [...new Set(texts.map(hashOf))].join(" ");
  return [
    "default-src 'none'",
    `script-src ${hashes(scripts)}`,
    `style-src ${hashes(styles)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
