import type typescript from "@tslab/typescript-for-tslab";

/** What the compiler keeps with a file, which its public types leave out. */
interface ResolvedFile {
  resolvedModules?: {
    forEach(visit: (resolution: { resolvedModule?: { resolvedFileName: string } }) => void): void;
  };
}

/**
 * A program for one cell, as tslab wants it: wrapped as if it kept track of what depends on what. Really keeping track, so that
 * a change is followed through all files, takes longer than checking a cell; here it is known what changed, and only what the
 * cell itself imports is ever asked.
 */
export function createCellProgram(
  ts: typeof typescript,
  ...parameters: Parameters<typescript.CreateProgram<typescript.BuilderProgram>>
): typescript.BuilderProgram {
  const builder = ts.createAbstractBuilder(...parameters);
  builder.getAllDependencies = (file) => dependencies(ts, builder.getProgram(), file);
  return builder;
}

/** Names of a file and of those it imports, directly or not. */
function dependencies(
  ts: typeof typescript,
  program: typescript.Program,
  file: typescript.SourceFile,
): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const next = program.getSourceFile(name);
    if (next === undefined || found.has(next.fileName)) return;
    found.add(next.fileName);
    (next as ResolvedFile).resolvedModules?.forEach(({ resolvedModule }) => {
      if (resolvedModule !== undefined) visit(resolvedModule.resolvedFileName);
    });
    for (const { fileName } of next.referencedFiles) {
      visit(ts.resolveTripleslashReference(fileName, next.fileName));
    }
  };
  visit(file.fileName);
  return [...found];
}
