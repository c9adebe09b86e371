/** UTF-16 offset of a cursor that Jupyter counts in Unicode characters. */
export function offsetOf(text: string, characters: number): number {
  let offset = 0;
  for (const character of text) {
    if (characters <= 0) break;
    offset += character.length;
    characters -= 1;
  }
  return offset;
}

/** Unicode characters before a UTF-16 offset. */
export function charactersBefore(text: string, offset: number): number {
  return Array.from(text.slice(0, offset)).length;
}
