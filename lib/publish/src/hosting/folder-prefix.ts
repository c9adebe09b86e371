import { UserError } from "damir";

/**
 * Reads the folder of a site where the analyses go, as `--path` gives it.
 * @returns nothing, or the folder with its final slash
 * @throws UserError when it isn't a plain folder
 */
export function folderPrefix(path: string | undefined): string {
  const names = (path ?? "").split("/").filter((name) => name !== "");
  const wrong = names.find((name) => !/^[\w][\w.-]*$/.test(name));
  if (wrong !== undefined) {
    throw new UserError(
      `--path ${path ?? ""} : « ${wrong} » ne peut pas être le nom d'un dossier du site (lettres sans accent, chiffres, points et tirets).`,
    );
  }
  return names.map((name) => `${name}/`).join("");
}
