import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import { escaped } from "./markup.js";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("json", json);
hljs.registerLanguage("python", python);
hljs.registerLanguage("sql", sql);
hljs.registerLanguage("typescript", typescript);

/** Code in HTML, its words in the colours of its language where it is one that the page knows. */
export function codeHtml(code: string, language: string): string {
  const name = language.trim().toLowerCase();
  return name !== "" && hljs.getLanguage(name) !== undefined
    ? hljs.highlight(code, { language: name, ignoreIllegals: true }).value
    : escaped(code);
}
