/** AGE_BEN_SNDS, the class of Open DAMIR, of an age in years: 0 (0 to 19), 20, 30 … 70, 80 (80 and over). */
export function ageClassOf(age: number): number {
  return age < 20 ? 0 : age >= 80 ? 80 : Math.floor(age / 10) * 10;
}

/**
 * The first year of an age band as INSEE and the CNAM write it: `0 à 4 ans`, `95 ans et plus`.
 * @returns undefined for what isn't a band, such as `Total`
 */
export function firstAgeOf(label: string): number | undefined {
  const age = /^\s*(\d{1,3})\s*(?:à\s*\d{1,3}\s*ans|ans\s+(?:et|ou)\s+plus)\s*$/i.exec(label)?.[1];
  return age === undefined ? undefined : Number(age);
}
