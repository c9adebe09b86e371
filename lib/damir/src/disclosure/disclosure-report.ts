import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import { escapeHtml } from "../html.js";

/** How many cells were hidden, and why. */
export interface DisclosureCounts {
  /** Cells of the table. */
  readonly cells: number;
  /** Below the threshold. */
  readonly small: number;
  /** Where one contributor makes most of the value. */
  readonly dominated: number;
  /** Where there are one or two professionals. */
  readonly fewPractitioners: number;
  /** Hidden so that the others can't be computed. */
  readonly secondary: number;
  /** Not published by the source. */
  readonly unpublished: number;
}

/**
 * What {@link disclosure} found and did. It tells how many cells are hidden, and doesn't name them: which are small and which are
 * hidden to protect them is a part of the secret.
 */
export class DisclosureReport implements Displayable {
  constructor(
    readonly counts: DisclosureCounts,
    readonly threshold: number,
    /** Rows of the result that was checked, from 0, whose hidden value can still be computed from totals that are known. */
    readonly unprotected: readonly number[],
    /** What to mind before publishing, in French. */
    readonly warnings: readonly string[],
  ) {}

  /** True when each hidden cell has several possible values. It says nothing of people. */
  get protected(): boolean {
    return this.unprotected.length === 0;
  }

  /** The report, a sentence each. */
  get lines(): readonly string[] {
    const { cells, small, dominated, fewPractitioners, secondary, unpublished } = this.counts;
    const hidden = small + dominated + fewPractitioners + secondary;
    const shown = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : []);
    const reasons = [
      ...shown(small, `sous le seuil de ${this.threshold}`),
      ...shown(dominated, "dominées par un seul contributeur"),
      ...shown(fewPractitioners, "avec un ou deux professionnels"),
      ...shown(secondary, "pour qu'on ne puisse pas recalculer les autres"),
    ];
    return [
      hidden === 0
        ? `Aucune des ${cells} cases n'est à cacher.`
        : `${hidden} case${hidden > 1 ? "s" : ""} sur ${cells} cachée${hidden > 1 ? "s" : ""} (c.s.) : ${reasons.join(", ")}.`,
      ...(unpublished > 0
        ? [
            `${unpublished} n'étai${unpublished > 1 ? "en" : ""}t pas publiée${unpublished > 1 ? "s" : ""} par la source.`,
          ]
        : []),
      ...(this.protected
        ? hidden === 0
          ? []
          : [
              "Aucune case cachée ne se recalcule des cases montrées et des totaux : chacune a plusieurs valeurs possibles.",
            ]
        : [
            `${this.unprotected.length} case${this.unprotected.length > 1 ? "s" : ""} se recalcule${this.unprotected.length > 1 ? "nt" : ""} encore, par un total que l'on peut connaître : regroupez des lignes (région, année, groupe de spécialités) avant de publier.`,
          ]),
      ...this.warnings,
      "Ce contrôle porte sur des actes, pas des personnes : les données ne comptent pas les bénéficiaires. Il ne certifie pas que les personnes sont anonymes, ni ce que donnerait le rapprochement avec d'autres tableaux.",
    ];
  }

  /** The lines of the report, one under the other. See {@link disclosure}. */
  toString(): string {
    return this.lines.join("\n");
  }

  [jupyterDisplay](): DisplayData {
    const items = this.lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
    return {
      data: {
        "text/html": `<section aria-label="Secret statistique"><strong>Secret statistique</strong><ul>${items}</ul></section>`,
        "text/plain": this.toString(),
      },
    };
  }
}
