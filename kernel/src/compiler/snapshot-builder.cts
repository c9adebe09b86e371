/**
 * Run by `node --build-snapshot`: loads the compiler, lets it parse what every notebook needs, and leaves V8 to write the heap
 * down. A process that starts from it answers in a third of a second instead of two.
 *
 * Arguments: the `node_modules` folder of the notebooks, then the packages whose types to parse ahead.
 */
// Not a module: Node.js runs this file without `exports`.
const { createHash } = require("node:crypto") as typeof import("node:crypto");
const fs = require("node:fs") as typeof import("node:fs");
const module_ = require("node:module") as typeof import("node:module");
const path = require("node:path") as typeof import("node:path");
const v8 = require("node:v8") as typeof import("node:v8");
const vm = require("node:vm") as typeof import("node:vm");

type TypeScript = typeof import("@tslab/typescript-for-tslab");
type Toolchain = import("../language/toolchain.js", { with: { "resolution-mode": "import" } }).Toolchain;

/** A file whose content went into the snapshot. */
interface Ingredient {
  file: string;
  /** Of its text, so that a copy or a build that changes nothing counts for nothing. */
  hash: string;
}

const ingredients: Ingredient[] = [];
const modules = new Map<string, { exports: unknown }>();
let ts: TypeScript | undefined;

function hashOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

function isSame(file: string, hash: string): boolean {
  return fs.existsSync(file) && hashOf(fs.readFileSync(file, "utf8")) === hash;
}

function resolve(name: string, from: string): string {
  if (path.isAbsolute(name)) return name;
  return name.startsWith(".") && name.endsWith(".js")
    ? path.resolve(path.dirname(from), name)
    : module_.createRequire(from).resolve(name);
}

/** Node.js's own `require` loads nothing but its own modules into a snapshot. */
function load(file: string, substitutes: Record<string, unknown> = {}): unknown {
  const known = modules.get(file);
  if (known !== undefined && Object.keys(substitutes).length === 0) return known.exports;
  const loaded = { exports: {} as unknown };
  modules.set(file, loaded);
  const text = fs.readFileSync(file, "utf8");
  ingredients.push({ file, hash: hashOf(text) });
  if (file.endsWith(".json")) return (loaded.exports = JSON.parse(text) as unknown);
  const run = vm.compileFunction(
    asCommonJs(file, text),
    ["exports", "require", "module", "__filename", "__dirname"],
    { filename: file },
  ) as (...values: unknown[]) => void;
  const requireFrom = (name: string): unknown => {
    if (name in substitutes) return substitutes[name];
    return module_.isBuiltin(name) ? (require(name) as unknown) : load(resolve(name, file));
  };
  run(loaded.exports, requireFrom, loaded, file, path.dirname(file));
  return loaded.exports;
}

/** The kernel's own files are ES modules. */
function asCommonJs(file: string, text: string): string {
  if (ts === undefined || !file.startsWith(path.dirname(__dirname))) return inLatin1(text);
  const { ModuleKind, ScriptTarget } = ts;
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** V8 keeps a program's text, in twice the memory if a single character needs two bytes: the compiler is 8 MB of it. */
function inLatin1(text: string): string {
  const escaped = text.replace(
    /[^\u0000-\u00ff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  // Made from bytes, or it would stay as wide as the text it comes from.
  return Buffer.from(escaped, "latin1").toString("latin1");
}

const [modulePath = "", ...packages] = process.argv.slice(2);
ts = load(resolve("@tslab/typescript-for-tslab", __filename)) as TypeScript;
const converter = resolve("tslab/dist/converter.js", __filename);
const toolchain: Toolchain = {
  ts,
  types: path.join(path.dirname(path.dirname(converter)), "node_modules", "@types"),
  converterOver: (compiler) =>
    (
      load(converter, { "@tslab/typescript-for-tslab": compiler }) as {
        createConverter: ReturnType<Toolchain["converterOver"]>;
      }
    ).createConverter,
};
type Parts = typeof import("../language/language.js", { with: { "resolution-mode": "import" } }) &
  typeof import("../language/importables.js", { with: { "resolution-mode": "import" } }) &
  typeof import("../language/packages.js", { with: { "resolution-mode": "import" } }) &
  typeof import("../language/source-files.js", { with: { "resolution-mode": "import" } }) &
  typeof import("./service.js", { with: { "resolution-mode": "import" } });
const parts = Object.assign(
  {},
  ...[
    "../language/language.js",
    "../language/importables.js",
    "../language/packages.js",
    "../language/source-files.js",
    "./service.js",
  ].map((name) => load(resolve(name, __filename))),
) as Parts;
const parsed = new parts.SourceFiles();
const importables = new parts.Importables();

const rehearsal = new parts.Language(
  new parts.PackageFolders(path.dirname(modulePath), modulePath),
  toolchain,
  parsed,
  importables,
);
const imports = packages.map((name, index) => `import * as p${String(index)} from ${JSON.stringify(name)};`);
rehearsal.check("", imports.join("\n"));
// What is done once is compiled, and the compiled code goes with the rest. Completion sorts names with an Intl.Collator, which
// V8 can't write down.
const checked = rehearsal.check("", "const rehearsed = [1, 2].map((x) => x + 1); rehearsed");
if ("declarations" in checked) {
  rehearsal.check(checked.declarations, "let again = rehearsed.length;\nagain");
  rehearsal.inspect(checked.declarations, "rehearsed", 3);
}

v8.startupSnapshot.setDeserializeMainFunction(() => {
  const stale = ingredients.find(({ file, hash }) => !isSame(file, hash));
  if (stale !== undefined) {
    process.stderr.write(`the compiler's snapshot is older than ${stale.file}\n`);
    process.exit(1);
  }
  parts.serve(
    new parts.Language(
      new parts.PackageFolders(process.cwd(), process.env["NODE_PATH"]),
      toolchain,
      parsed,
      importables,
    ),
  );
});
