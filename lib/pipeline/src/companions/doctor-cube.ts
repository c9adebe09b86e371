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

/** Numbers of doctors, totals mixed with details: separates them, and proves that the ones make the others. */
export class DoctorCube {
  #cells = new Map<string, DoctorCell>();
  /** Cells published twice with two numbers. */
  #conflicts: string[] = [];

  /** Takes a published cell. The same cell published twice counts once. */
  add(cell: DoctorCell): void {
    const key = keyOf(cell);
    const before = this.#cells.get(key);
    if (before && before.count !== cell.count) this.#conflicts.push(key);
    this.#cells.set(key, cell);
  }

  /** @returns the details, and what the user should know of the totals, a French sentence each */
  end(): { details: DoctorDetail[]; notes: string[] } {
    const details = this.#details();
    const sums = this.#sumsOf(details);
    let verified = 0;
    let hidden = 0;
    const unequal: string[] = [];
    for (const cell of this.#cells.values()) {
      if (cell.count === null || isDetail(cell)) continue;
      const sum = sums.get(keyOf(cell));
      if (!sum) continue;
      if (sum.partial && sum.count <= cell.count) hidden += 1;
      else if (sum.count === cell.count) verified += 1;
      else unequal.push(`${shownKey(cell)} : ${sum.count} et non ${cell.count}`);
    }
    const notes = [
      `Totaux retirés des lignes : ${verified.toLocaleString("fr-FR")} égaux à la somme de leurs détails${hidden > 0 ? `, ${hidden.toLocaleString("fr-FR")} supérieurs parce qu'un détail n'est pas publié (ND : effectif null)` : ""}.`,
    ];
    if (unequal.length > 0) {
      notes.push(
        `${unequal.length.toLocaleString("fr-FR")} totaux publiés ne sont pas la somme de leurs détails : ${unequal.slice(0, 5).join(" ; ")}${unequal.length > 5 ? " ; …" : ""}.`,
      );
    }
    if (this.#conflicts.length > 0) {
      notes.push(
        `${this.#conflicts.length} effectifs sont publiés deux fois avec deux valeurs ; la dernière est gardée : ${this.#conflicts.slice(0, 5).join(" ; ")}.`,
      );
    }
    return {
      notes,
      details: details.map(({ annee, departement, specialite, mode, count }) => ({
        annee,
        departement: departement ?? "",
        specialite: specialite ?? "",
        mode: mode ?? "",
        count,
      })),
    };
  }

  /** Details; a family that is published as a whole only stands for its speciality. */
  #details(): DoctorCell[] {
    const all = [...this.#cells.values()];
    const specialised = all.filter(({ specialite }) => specialite !== null);
    const detailed = new Set(specialised.map(({ group }) => group));
    const inFamily = new Set(
      specialised.filter(({ group }) => group !== null).map((cell) => cell.specialite),
    );
    return all.flatMap((cell) => {
      // A speciality published in its family and again outside any counts once.
      if (isDetail(cell)) return cell.group === null && inFamily.has(cell.specialite) ? [] : [cell];
      const { departement, group, specialite, mode } = cell;
      const whole = specialite === null && group !== null && !detailed.has(group);
      return whole && departement !== null && mode !== null ? [{ ...cell, specialite: group }] : [];
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
