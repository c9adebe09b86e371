/** A size as people read it: `1,6 Go`, `1.6 GB`. */
export function sizeText(bytes: number, language: string): string {
  const units = language === "en" ? ["bytes", "kB", "MB", "GB", "TB"] : ["octets", "ko", "Mo", "Go", "To"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = (bytes / 1000 ** power).toLocaleString(language, {
    maximumFractionDigits: power === 0 ? 0 : 1,
  });
  return `${value}\u00a0${units[power] ?? ""}`;
}

/** A month `AAAAMM` as people read it: `mars 2024`. */
export function monthText(month: string, language: string): string {
  const date = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1));
  return date.toLocaleDateString(language, { month: "long", year: "numeric", timeZone: "UTC" });
}

/** A day, from ISO 8601. */
export function dayText(day: string, language: string): string {
  return new Date(day).toLocaleDateString(language, { dateStyle: "long" });
}

/** Months `AAAAMM` in order, as the runs that follow each other: `["202401", "202402", "202405"]` is two of them. */
export function monthRuns(months: readonly string[]): { first: string; last: string }[] {
  const runs: { first: string; last: string }[] = [];
  for (const month of months) {
    const run = runs.at(-1);
    if (run && following(run.last) === month) run.last = month;
    else runs.push({ first: month, last: month });
  }
  return runs;
}

function following(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(4))];
  return number === 12 ? `${year + 1}01` : `${year}${String(number + 1).padStart(2, "0")}`;
}
