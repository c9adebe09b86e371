import { basename } from "node:path";
import { UserError } from "damir";
import { PublishedFile } from "../published-file.js";
import { fileKind } from "./text-source.js";

/**
 * Opens a published text, plain or gzip.
 * @throws UserError when it is missing, empty, or no text
 */
export async function openText(path: string): Promise<PublishedFile> {
  const name = basename(path);
  switch (await fileKind(path)) {
    case "zip":
      throw new UserError(
        `${name} est une archive .zip ou un classeur, alors qu'on attend ici un fichier texte (.csv, .csv.gz, .geojson). Extrayez-en le fichier puis importez-le.`,
      );
    case "old-workbook":
      throw new UserError(
        `${name} est un classeur, alors qu'on attend ici un fichier texte (.csv, .csv.gz, .geojson). Téléchargez le fichier publié.`,
      );
    case "utf-16":
      throw new UserError(
        `${name} est encodé en UTF-16, ce qu'aucun producteur ne publie. Téléchargez de nouveau le fichier d'origine, sans le faire passer par un tableur.`,
      );
    case "binary":
      throw new UserError(
        `${name} est un fichier binaire, pas un texte (.csv, .csv.gz, .geojson). Téléchargez de nouveau le fichier publié.`,
      );
    case "other":
      return PublishedFile.find(path);
  }
}
