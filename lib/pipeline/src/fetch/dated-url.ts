import type { AccessOf, Dataset } from "../catalogue/dataset.js";
import { yearsOf } from "./period.js";
import { filled, type Located } from "./remote-file.js";

/**
 * Makes the addresses of files whose names hold a year, a département or nothing that changes.
 * @param months wanted, `AAAA-MM`; undefined for what is usual
 */
export function datedAddresses(
  dataset: Dataset,
  access: AccessOf<"dated-url">,
  months: readonly string[] | undefined,
  now: Date,
): Located {
  const years = months === undefined ? undefined : yearsOf(months).map(Number);
  const files = access.fichiers.flatMap((file) => {
    if (file.a_la_demande && !isNeeded(file.annees, years, now.getUTCFullYear())) return [];
    const places = file.par_departement ? departementsOf(access.departements ?? "") : [undefined];
    return places.map((departement) => {
      const versions = Array.from({ length: file.recul + 1 }, (_, shift) =>
        file.adresses.map((address) => {
          const values = {
            ...runningYears(now.getUTCFullYear() - shift),
            ...(departement === undefined ? {} : { departement }),
          };
          return { name: filled(file.nom, values), url: filled(address, values) };
        }),
      ).flat();
      const distinct = versions.filter(
        ({ url }, place) => versions.findIndex((other) => other.url === url) === place,
      );
      const [first = { name: "", url: "" }, ...alternatives] = distinct;
      return { ...first, content: dataset.format.contenu, alternatives, optional: file.par_departement };
    });
  });
  return { files, missing: [] };
}

/** A file that goes up to two years ago isn't needed for this year. */
function isNeeded(span: string | undefined, years: number[] | undefined, current: number): boolean {
  if (years === undefined) return false;
  if (span === undefined) return true;
  const [from = 0, to = 0] = filled(span, runningYears(current)).split("..").map(Number);
  return years.some((year) => from <= year && year <= to);
}

function runningYears(year: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 10 }, (_, back) => [
      back === 0 ? "courante" : `courante-${back}`,
      String(year - back),
    ]),
  );
}

/** `01-03 20 971-972` → 01, 02, 03, 20, 971, 972. */
function departementsOf(list: string): string[] {
  return list.split(" ").flatMap((item) => {
    const [from = "", to = from] = item.split("-");
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) =>
      String(Number(from) + index).padStart(from.length, "0"),
    );
  });
}
