/** The compiler's process where there is no snapshot of it: everything is loaded and parsed now. */
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type typescript from "@tslab/typescript-for-tslab";
import { Language } from "../language/language.js";
import { Importables } from "../language/importables.js";
import { PackageFolders } from "../language/packages.js";
import { SourceFiles } from "../language/source-files.js";
import type { CreateConverter, Toolchain } from "../language/toolchain.js";
import { serve } from "./service.js";

// Compiled code is kept from one start to the next: the compiler is 8 MB of JavaScript. Node.js 20 has no such function.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();

const require = createRequire(import.meta.url);

function toolchain(): Toolchain {
  const path = require.resolve("@tslab/typescript-for-tslab");
  const ts = require(path) as typeof typescript;
  return {
    ts,
    types: join(dirname(require.resolve("tslab/package.json")), "node_modules", "@types"),
    converterOver: (compiler) => {
      const cached = require.cache[path];
      if (cached === undefined) throw new Error("TypeScript isn't in the module cache");
      const converter = require.resolve("tslab/dist/converter.js");
      // A compiler that failed is loaded again: the converter has to take the new one.
      Reflect.deleteProperty(require.cache, converter);
      cached.exports = compiler;
      try {
        return (require(converter) as { createConverter: CreateConverter }).createConverter;
      } finally {
        cached.exports = ts;
      }
    },
  };
}

serve(
  new Language(
    new PackageFolders(process.cwd(), process.env["NODE_PATH"]),
    toolchain(),
    new SourceFiles(),
    new Importables(),
  ),
);
(module as { flushCompileCache?: () => void }).flushCompileCache?.();
