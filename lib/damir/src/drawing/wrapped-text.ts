/** Cuts a text into lines of at most so many characters, between words and never within a number: Vega doesn't do it. */
export function wrapped(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.replace(/(\d) (?=\d{3}\b)/g, "$1\u202f").split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
