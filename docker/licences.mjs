/** Lists what SBOMs in CycloneDX's JSON name, one component a line with its licence: node docker/licences.mjs FILE… */
import { readFileSync } from "node:fs";

/**
 * @typedef {{ name: string, group?: string, version?: string, components?: Component[],
 *   licenses?: { expression?: string, license?: { id?: string, name?: string } }[] }} Component
 */

/**
 * @param {Component} component
 * @returns {string[]}
 */
function lines({ name, group, version = "", licenses = [], components = [] }) {
  const names = licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? "");
  // A package may give its licence as an identifier, and again as the name of a classifier, or as its whole text.
  const [licence = "non déclarée : voir le paquet"] = names.filter((text) => text && !text.includes("\n"));
  return [
    `${group ? `${group}/` : ""}${name} ${version} : ${licence.replace("License :: OSI Approved :: ", "")}`,
    ...components.flatMap(lines),
  ];
}

for (const file of process.argv.slice(2)) {
  /** @type {{ components?: Component[] }} */
  const { components = [] } = JSON.parse(readFileSync(file, "utf8"));
  console.log(`${file}\n`);
  console.log([...new Set(components.flatMap(lines))].sort().join("\n"), "\n");
}
