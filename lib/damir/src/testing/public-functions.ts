import ts from "typescript";

/** A function, method, getter or class that notebooks can name, and the examples of its docstring. */
export interface PublicFunction {
  /** `connect`, `Result.map` … */
  name: string;
  /** Code of each `@example`. */
  examples: readonly string[];
  /** False for a class, whose methods may have the examples. */
  callable: boolean;
  /** What its docstring links to: `Result.label` … */
  links: readonly string[];
}

/**
 * What a module exports that can be called, with the examples of its docstrings, read by the TypeScript compiler.
 * @param path an entry of the program
 */
export function publicFunctions(program: ts.Program, path: string): PublicFunction[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${path} exports nothing`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return (symbol.declarations ?? [])
      .filter((declaration) => !isInternal(declaration))
      .flatMap((declaration) => described(declaration, exported.name, checker));
  });
}

function described(node: ts.Declaration, name: string, checker: ts.TypeChecker): PublicFunction[] {
  if (ts.isFunctionDeclaration(node)) return [found(name, node, true)];
  if (ts.isClassDeclaration(node)) {
    const members = node.members
      .filter((member) => isPublic(member) && !isInternal(member))
      .flatMap((member) => ofMember(member, name));
    return [found(name, node, false), ...members];
  }
  if (ts.isVariableDeclaration(node)) {
    const statement = node.parent.parent;
    const type = checker.getTypeAtLocation(node);
    const members = type.getProperties().flatMap((property) => ofProperty(property, name, checker));
    const signatures = type.getCallSignatures();
    const called = signatures.flatMap(({ declaration }) => (declaration ? examplesOf(declaration) : []));
    const one = found(name, statement, signatures.length > 0);
    return one.callable || members.length > 0
      ? [{ ...one, examples: [...one.examples, ...called] }, ...members]
      : [];
  }
  return [];
}

function ofMember(member: ts.ClassElement, owner: string): PublicFunction[] {
  if (!member.name || !ts.isIdentifier(member.name)) return [];
  const one = found(`${owner}.${member.name.text}`, member, ts.isMethodDeclaration(member));
  return one.callable || one.examples.length > 0 ? [one] : [];
}

/** What an exported object or function carries, such as `format.euros`; not what the language or a library gives it. */
function ofProperty(property: ts.Symbol, owner: string, checker: ts.TypeChecker): PublicFunction[] {
  const [declaration] = property.declarations ?? [];
  if (!declaration || /node_modules|\.d\.ts$/.test(declaration.getSourceFile().fileName)) return [];
  const value = ts.isShorthandPropertyAssignment(declaration)
    ? checker.getShorthandAssignmentValueSymbol(declaration)
    : property;
  const original = value && value.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(value) : value;
  const callable = checker.getTypeOfSymbol(property).getCallSignatures().length > 0;
  const node = original?.valueDeclaration ?? declaration;
  const documented = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return callable ? [found(`${owner}.${property.name}`, documented, true)] : [];
}

function found(name: string, node: ts.Node, callable: boolean): PublicFunction {
  const docstring = ts.getJSDocCommentsAndTags(node).map((part) => part.getText());
  const links = docstring.flatMap((text) =>
    [...text.matchAll(/\{@link ([\w.]+)\}/g)].map(([, to = ""]) => to),
  );
  return { name, examples: examplesOf(node), callable, links };
}

/** Exported for the other floors of the house, not for notebooks. */
function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === "internal");
}

function isPublic(member: ts.ClassElement): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(member) & hidden) === 0;
}

function examplesOf(node: ts.Node): string[] {
  return ts
    .getJSDocTags(node)
    .filter((tag) => tag.tagName.text === "example")
    .map((tag) => unindented(ts.getTextOfJSDocComment(tag.comment) ?? ""));
}

/** A fence is how some editors want code in a docstring. */
function unindented(text: string): string {
  return text
    .replace(/^```\w*\n/, "")
    .replace(/\n```\s*$/, "")
    .trim();
}
