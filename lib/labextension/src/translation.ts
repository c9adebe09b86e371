import {
  Gettext,
  TranslationManager,
  type ITranslator,
  type TranslationBundle,
} from "@jupyterlab/translation";
import english from "./english.json";

const domain = "atelier_damir";

/**
 * The extension's texts in the language of the interface. They are written in French; English is the other language they are in.
 * JupyterLab looks for catalogues in Python packages alone: ours comes with the script, in the same Gettext.
 */
export function texts(translator: ITranslator): TranslationBundle {
  const bundle = new Gettext({ domain, locale: languageOf(translator) });
  bundle.loadJSON(
    {
      "": { domain, language: "en", pluralForms: "nplurals=2; plural=(n != 1);" },
      ...english,
    },
    domain,
  );
  return bundle;
}

/** The language that the extension's texts are in; that of numbers and dates too. */
export function languageOf(translator: ITranslator): "en" | "fr" {
  // A language without catalogue of ours: French speakers' own texts, rather than a mix.
  const language = translator instanceof TranslationManager ? translator.languageCode : "fr";
  return /^en(?![a-z])/i.test(language) ? "en" : "fr";
}
