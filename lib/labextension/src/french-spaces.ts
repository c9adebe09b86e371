/** A French text whose high punctuation and quotation marks never stand alone at the end or the beginning of a line. */
export function unbroken(text: string): string {
  return text.replace(/ ([?!:;»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}
