import type { Description } from "../language/language.js";

/** Tags that say something at first sight; the others wait for detail level 1. */
const briefTags = new Set(["deprecated", "param", "returns", "return", "throws"]);

/**
 * What is known of a name as a MIME bundle: its signature, and what its author wrote.
 * @param detail 0 leaves out examples and remarks
 */
export function bundleOfDescription(description: Description, detail: number): Record<string, string> {
  const { signature, documentation } = description;
  const tags = description.tags.filter(({ name }) => detail > 0 || briefTags.has(name));
  const plain = tags.map(({ name, text }) => `@${name} ${text}`.trim()).join("\n");
  const markdown = tags.map(markdownOf).join("\n\n");
  return {
    "text/plain": paragraphs(signature, [documentation, plain].filter((part) => part !== "").join("\n")),
    "text/markdown": paragraphs(`\`\`\`typescript\n${signature}\n\`\`\``, documentation, markdown),
  };
}

function markdownOf({ name, text }: { name: string; text: string }): string {
  if (name === "example") {
    return text.includes("```") ? `*@example*\n\n${text}` : `*@example*\n\n\`\`\`typescript\n${text}\n\`\`\``;
  }
  if (name !== "param") return `*@${name}* ${text}`.trim();
  const [, parameter = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  return `*@param* \`${parameter}\` ${rest}`.trim();
}

function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
