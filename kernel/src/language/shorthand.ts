import type typescript from "@tslab/typescript-for-tslab";
import { declaresEarlierCells } from "./earlier-declarations.js";

/**
 * Writes `{ name }` as `{ name: exports.name }` where `name` is a variable of an earlier cell: tslab takes it for the property
 * only, and leaves a name that isn't there.
 */
export function spellOutShorthand(
  ts: typeof typescript,
  checker: typescript.TypeChecker,
): typescript.TransformerFactory<typescript.SourceFile> {
  const { factory } = ts;
  return (context) => {
    const visit = (node: typescript.Node): typescript.Node => {
      if (!ts.isShorthandPropertyAssignment(node) || !isEarlier(checker, node))
        return ts.visitEachChild(node, visit, context);
      const variable = factory.createPropertyAccessExpression(
        factory.createIdentifier("exports"),
        factory.createIdentifier(node.name.text),
      );
      const byDefault = node.objectAssignmentInitializer;
      return factory.createPropertyAssignment(
        factory.createIdentifier(node.name.text),
        byDefault === undefined
          ? variable
          : factory.createAssignment(variable, ts.visitNode(byDefault, visit) as typescript.Expression),
      );
    };
    return (file) => ts.visitNode(file, visit) as typescript.SourceFile;
  };
}

function isEarlier(checker: typescript.TypeChecker, node: typescript.ShorthandPropertyAssignment): boolean {
  const declarations = checker.getShorthandAssignmentValueSymbol(node)?.declarations ?? [];
  return declarations.some((declaration) => declaresEarlierCells(declaration.getSourceFile().fileName));
}
