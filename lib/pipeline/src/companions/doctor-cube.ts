import { counted } from "../french-count.js";

/** A number of doctors as DREES publishes it: `null` in a dimension stands for its total. */
export interface DoctorCell {
  annee: number;
  departement: string | null;
  /** Family of specialities, which the publication also gives a total. */
  group: string | null;
  specialite: string | null;
  mode: string | null;
  /** Null where it isn't published (secret). */
  count: number | null;
}

/** A cell of which no dimension is a total. */
export interface DoctorDetail {
  annee: number;
  departement: string;
  specialite: string;
  mode: string;
  count: number | null;
}

interface Sum {
  count: number;
  /** True when one of its details isn't published: the total is then larger. */
  partial: boolean;
}

/** What becomes of a published number, as the note on the import says it: of one, of several. */
const fates = {
  kept: ["gardé", "gardés"],
  zero: ["nul (personne, donc pas de ligne)", "nuls (personne, donc pas de ligne)"],
  equal: ["total égal à la somme de ses détails", "totaux égaux à la somme de leurs détails"],
  larger: [
    "total supérieur à ses détails publiés (un détail est secret : ND, effectif null)",
    "totaux supérieurs à leurs détails publiés (un détail est secret : ND, effectif null)",
  ],
  unequal: [
    "total qui n'est pas la somme de ses détails",
    "totaux qui ne sont pas la somme de leurs détails",
  ],
  alone: ["total dont aucun détail n'est publié", "totaux dont aucun détail n'est publié"],
  hidden: ["total secret (ND)", "totaux secrets (ND)"],
  twice: ["déjà donné par une autre ligne", "déjà donnés par une autre ligne"],
  otherPlace: [
    "d'un autre lieu qu'un département ou la France entière",
    "d'autres lieux que les départements et la France entière",
  ],
  ageOrSex: ["par âge ou par sexe", "par âge ou par sexe"],
} as const satisfies Record<string, readonly [string, string]>;

/** What becomes of a published number of doctors. */
export type DoctorFate = keyof typeof fates;

/** Numbers of doctors, totals mixed with details: separates them, and proves that the ones make the others. */
export class DoctorCube {
  #cells = new Map<string, DoctorCell>();
  /** Cells published twice with two numbers. */
  #conflicts: string[] = [];
  #published = 0;
  readonly #fates = new Map<DoctorFate, number>();

  /** Takes a published cell. The same cell published twice counts once. */
  add(cell: DoctorCell): void {
    const key = keyOf(cell);
    const before = this.#cells.get(key);
    if (before) this.#note("twice");
    if (before && before.count !== cell.count) this.#conflicts.push(key);
    this.#cells.set(key, cell);
    this.#published += 1;
  }

  /** Counts published numbers that aren't to be taken. */
  leave(fate: "otherPlace" | "ageOrSex", numbers: number): void {
    this.#note(fate, numbers);
    this.#published += numbers;
  }

  /**
   * Ends the reading.
   * @returns the details, and what became of every published number, a French sentence each
   */
  end(): { details: DoctorDetail[]; notes: string[] } {
    const details = this.#details();
    const kept = new Set(details.map((cell) => keyOf({ ...cell, specialite: cell.published })));
    const sums = this.#sumsOf(details);
    const unequal: string[] = [];
    for (const cell of this.#cells.values()) {
      const key = keyOf(cell);
      if (kept.has(key)) this.#note(cell.count === 0 ? "zero" : "kept");
      // Given in its family, and again outside any.
      else if (isDetail(cell)) this.#note("twice");
      else {
        const fate = fateOfTotal(cell, sums.get(key));
        this.#note(fate);
        if (fate === "unequal") {
          unequal.push(`${shownKey(cell)} : ${sums.get(key)?.count ?? 0} et non ${cell.count ?? "ND"}`);
        }
      }
    }
    return {
      notes: [this.#account(), ...this.#doubts(unequal)],
      details: details.map(({ annee, departement, specialite, mode, count }) => ({
        annee,
        departement: departement ?? "",
        specialite: specialite ?? "",
        mode: mode ?? "",
        count,
      })),
    };
  }

  #note(fate: DoctorFate, numbers = 1): void {
    this.#fates.set(fate, (this.#fates.get(fate) ?? 0) + numbers);
  }

  /** @throws Error when a published number is unaccounted for: a fault of the project, not of the file */
  #account(): string {
    const found = (Object.keys(fates) as DoctorFate[]).flatMap((fate) => {
      const numbers = this.#fates.get(fate) ?? 0;
      return numbers === 0 ? [] : [{ numbers, text: counted(numbers, fates[fate][0], fates[fate][1]) }];
    });
    const sum = found.reduce((all, { numbers }) => all + numbers, 0);
    if (sum !== this.#published) throw new Error(`${sum} numbers accounted for, of ${this.#published}`);
    return `${counted(sum, "effectif publié", "effectifs publiés")} : ${found.map(({ text }) => text).join(", ")}.`;
  }

  #doubts(unequal: readonly string[]): string[] {
    const listed = (faults: readonly string[]) =>
      `${faults.slice(0, 5).join(" ; ")}${faults.length > 5 ? " ; …" : ""}.`;
    return [
      ...(unequal.length > 0
        ? [
            `${counted(unequal.length, "total publié n'est", "totaux publiés ne sont")} pas la somme des détails : ${listed(unequal)}`,
          ]
        : []),
      ...(this.#conflicts.length > 0
        ? [
            `${counted(this.#conflicts.length, "effectif est publié", "effectifs sont publiés")} deux fois avec deux valeurs ; la dernière est gardée : ${listed(this.#conflicts)}`,
          ]
        : []),
    ];
  }

  /** Details; a family that is published as a whole only stands for its speciality. */
  #details(): (DoctorCell & { published: string | null })[] {
    const all = [...this.#cells.values()];
    const specialised = all.filter(({ specialite }) => specialite !== null);
    const detailed = new Set(specialised.map(({ group }) => group));
    const inFamily = new Set(
      specialised.filter(({ group }) => group !== null).map((cell) => cell.specialite),
    );
    return all.flatMap((cell) => {
      const published = cell.specialite;
      // A speciality published in its family and again outside any counts once.
      if (isDetail(cell))
        return cell.group === null && inFamily.has(cell.specialite) ? [] : [{ ...cell, published }];
      const { departement, group, specialite, mode } = cell;
      const whole = specialite === null && group !== null && !detailed.has(group);
      return whole && departement !== null && mode !== null
        ? [{ ...cell, specialite: group, published }]
        : [];
    });
  }

  #sumsOf(details: readonly DoctorCell[]): Map<string, Sum> {
    const sums = new Map<string, Sum>();
    for (const { annee, departement, group, specialite, mode, count } of details) {
      for (const place of [departement, null]) {
        for (const [family, speciality] of [
          [group, specialite],
          [group, null],
          [null, null],
        ] as const) {
          for (const way of [mode, null]) {
            const key = keyOf({
              annee,
              departement: place,
              group: family,
              specialite: speciality,
              mode: way,
            });
            const sum = sums.get(key);
            if (!sum) sums.set(key, { count: count ?? 0, partial: count === null });
            else {
              sum.count += count ?? 0;
              sum.partial ||= count === null;
            }
          }
        }
      }
    }
    return sums;
  }
}

/** What a total is, beside the sum of the details that were published of it. */
function fateOfTotal({ count }: DoctorCell, sum: Sum | undefined): DoctorFate {
  if (count === null) return "hidden";
  if (!sum) return "alone";
  if (sum.partial && sum.count <= count) return "larger";
  return sum.count === count ? "equal" : "unequal";
}

function isDetail({ departement, specialite, mode }: DoctorCell): boolean {
  return departement !== null && specialite !== null && mode !== null;
}

function keyOf(cell: Omit<DoctorCell, "count">): string {
  const { annee, departement, group, specialite, mode } = cell;
  return `${annee}/${departement ?? "*"}/${group ?? "*"}/${specialite ?? "*"}/${mode ?? "*"}`;
}

function shownKey({ annee, departement, group, specialite, mode }: DoctorCell): string {
  return [
    annee,
    departement ?? "France",
    specialite ?? group ?? "toutes spécialités",
    mode ?? "tous modes",
  ].join(", ");
}
