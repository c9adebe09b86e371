import { readFileSync } from "node:fs";
import type { JsonObject } from "./wire/message.js";
import { protocolVersion } from "./wire/message.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Of tslab, whose converter is used, and of the TypeScript it brings. */
export const compilerVersions = { tslab: "1.0.22", typescript: "5.0.4" };

/** Content of a `kernel_info_reply`. */
export const kernelInfo: JsonObject = {
  status: "ok",
  protocol_version: protocolVersion,
  implementation: "atelier-kernel",
  implementation_version: version,
  language_info: {
    name: "typescript",
    version: compilerVersions.typescript,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: "typescript",
    nbconvert_exporter: "script",
  },
  banner: `TypeScript, Node.js ${process.version}`,
  help_links: [
    { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
    { text: "Node.js", url: "https://nodejs.org/docs/latest-v24.x/api/" },
  ],
};
