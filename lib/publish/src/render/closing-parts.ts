import { citationHtml, type Cited } from "./citation.js";
import { dayHtml, escaped, fileLink, link, webAddress } from "./markup.js";
import { provenanceHtml } from "./provenance.js";
import type { RenderOptions } from "./rendered-page.js";

/** A part that stands after the notebook's own, with its place in the list of contents. */
export interface ClosingPart {
  id: string;
  title: string;
  html: string;
}

/** The downloaded notebook. */
export interface OfferedNotebook {
  name: string;
  json: string;
}

/** What every page says after the analysis: where its figures come from, how they were made, how to take it up and to cite it. */
export function closingParts(options: RenderOptions, cited: Cited, notebook: OfferedNotebook): ClosingPart[] {
  const parts: ClosingPart[] = [
    { id: "provenance", title: "D'où viennent ces chiffres", html: provenanceHtml(options.sources) },
    { id: "methode", title: "Comment ils ont été obtenus", html: methodHtml(options) },
    { id: "forker", title: "Forker cette analyse", html: forkHtml(options, notebook) },
    { id: "citer", title: "Citer cette page", html: citationHtml(cited) },
    { id: "mentions", title: "Auteur, licence, version", html: factsHtml(options, cited) },
  ];
  return parts;
}

function methodHtml({ saved, synthetic }: RenderOptions): string {
  const run =
    saved === true
      ? "Les résultats de cette page sont ceux qui étaient enregistrés dans le notebook, dont les cellules ont été exécutées une fois chacune, dans l'ordre."
      : "Pour faire cette page, le notebook a été exécuté en entier, de la première cellule à la dernière, dans un environnement neuf : chaque résultat est celui du code affiché au-dessus de lui.";
  const data =
    synthetic === true
      ? "Une partie au moins des lignes lues est <strong>synthétique</strong> : elles ont été générées pour essayer le code, et leurs chiffres ne disent rien de la France."
      : "Les données lues sont celles que décrit la partie précédente.";
  return [
    `<p>${run} Le code est replié ; la barre en haut de page le montre.</p>`,
    `<p>${data} Les requêtes sont en SQL, dans le code. Les graphiques ne portent que les colonnes qu'ils montrent ; leurs lignes, comme celles des tables, se téléchargent en CSV (séparateur « ; », décimales à virgule).</p>`,
  ].join("");
}

function forkHtml({ labAddress }: RenderOptions, { name, json }: OfferedNotebook): string {
  const lab = webAddress(labAddress);
  const open = lab === undefined ? "Ouvrez l'Atelier DAMIR" : `Ouvrez ${link(lab, "l'Atelier DAMIR")}`;
  return [
    `<p>Forker, c'est repartir de cette analyse pour faire la vôtre : changer une année, un département, une question.</p>`,
    `<ol><li>${fileLink(name, "application/x-ipynb+json", json, "Téléchargez le notebook (.ipynb)")} : le texte et le code de cette page, sans ses résultats.</li>`,
    `<li>${open} (JupyterLab avec le noyau TypeScript et la bibliothèque <code>damir</code>) et glissez-y le fichier.</li>`,
    `<li>Exécutez-le (<em>Exécution › Exécuter toutes les cellules</em>) : avec les mêmes données, vous retrouvez les mêmes chiffres. Puis changez ce que vous voulez, et publiez à votre tour.</li></ol>`,
  ].join("");
}

function factsHtml({ identity, canonicalUrl, date, version }: RenderOptions, { slug }: Cited): string {
  const address = webAddress(canonicalUrl);
  const facts: [string, string][] = [
    ["Auteur", authorHtml(identity.author, identity.email)],
    ["Licence", identity.licence === undefined ? "non indiquée" : licenceHtml(identity.licence)],
    ["Date", dayHtml(date)],
    ["Version", escaped(version)],
    ["Adresse", address === undefined ? `pas encore publiée (${escaped(slug)})` : link(address, address)],
  ];
  return `<dl class="faits">${facts.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`).join("")}</dl>`;
}

function authorHtml(author: string | undefined, email: string | undefined): string {
  const name = escaped(author ?? "non indiqué");
  return email !== undefined && /^[\w.+-]+@[\w.-]+$/.test(email)
    ? `${name} (<a href="mailto:${escaped(email)}">${escaped(email)}</a>)`
    : name;
}

/** Texts of the licences that analyses are usually under. */
const licences: readonly [RegExp, string][] = [
  [/^licence ouverte|etalab/i, "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"],
  [/^mit\b/i, "https://opensource.org/license/mit"],
  [/^cc[ -]?by[ -]?sa[ -]?4\.0/i, "https://creativecommons.org/licenses/by-sa/4.0/deed.fr"],
  [/^cc[ -]?by[ -]?4\.0/i, "https://creativecommons.org/licenses/by/4.0/deed.fr"],
];

function licenceHtml(licence: string): string {
  return link(licences.find(([pattern]) => pattern.test(licence))?.[1], licence);
}
