import { readFileSync } from "node:fs";

/** What a person wrote of a variable, beside the facts that fit in a table's cells. */
export interface VariableNotes {
  /** What the variable is, in one to three sentences. */
  definition: string;
  /** How to use it. */
  usages: string[];
  /** What goes wrong with it. */
  pieges: string[];
}

/**
 * Reads the notes of `data/dictionary/variables*.md`: a `## name` a variable, a paragraph, then `- Usage : …` and
 * `- Piège : …` lines.
 * @returns the notes by name of variable, in the file's order
 * @throws Error that names the line which is none of these
 */
export function readVariableNotes(path: string): Map<string, VariableNotes> {
  const notes = new Map<string, VariableNotes>();
  let current: VariableNotes | undefined;
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const name = /^## (\w+)$/.exec(line)?.[1];
    if (name !== undefined) {
      if (notes.has(name)) throw new Error(`${path}, line ${index + 1}: ${name} is described twice`);
      current = { definition: "", usages: [], pieges: [] };
      notes.set(name, current);
      continue;
    }
    if (current === undefined || line.trim() === "") continue;
    const item = /^- (Usage|Piège) : (.+)$/.exec(line);
    if (item?.[2] !== undefined) (item[1] === "Usage" ? current.usages : current.pieges).push(item[2]);
    else if (/^[#\-*]/.test(line)) {
      throw new Error(`${path}, line ${index + 1}: neither a paragraph, « - Usage : » nor « - Piège : »`);
    } else if (current.usages.length + current.pieges.length > 0) {
      throw new Error(`${path}, line ${index + 1}: an item is written on one line`);
    } else current.definition = `${current.definition} ${line.trim()}`.trim();
  }
  return notes;
}
