/**
 * What is planted in the sample, on purpose, so that a study of it finds something. None of it is an observation.
 *
 * `damir_departement` with `medecins` and `population` (denominator: affilies_rg):
 * - Acts of general practitioners (series 111111 and 111121) an affiliate a year rise by 0.97 for 100 more practitioners
 *   (all modes) per 100,000 affiliates; national level 4.03; R² near 0.3. See `generalPracticeRates`.
 * - The rate of dépassement of specialists (dep_mon over rec_mon, series 111112) rises with their density; highest in
 *   Île-de-France and Provence-Alpes-Côte d'Azur.
 * - Transport (series 115221 to 115224) an affiliate rises where practitioners are few.
 * - Care abroad (series 11F) is several times the average in `foreignCare` départements.
 * - Acts of permanence (night, Sunday: cpl_cod 1 and 2, and their own PRS_NAT) vary by département, more in the south and overseas.
 * - Emergency supplements (cpl_cod 3) rise a little where acts of general practitioners are few.
 * - Consultations follow the calendar (hollow August) and rise by 1.2 % a degree below the département's mean (`meteo`).
 * - Ambulances (115221) rise a little with accidents per inhabitant (`accidents`).
 *
 * `damir`:
 * - Seasons by PRS_NAT (`seasons`), ages (`ageEffects`), regions (`regionEffect`).
 * - Dépassements are highest in Île-de-France (11) and PACA with Corse (93): `feeEffect`.
 * - Organised screening (1336) is strongest in Bretagne and Pays de la Loire, individual mammography (1335) in
 *   Île-de-France and PACA.
 * - Out-of-hours care (CPL_COD 1, 2) is commoner in PACA, Occitanie and overseas: `outOfHoursShare`.
 * - Emergency consultations (1081) are more where consultations of general practitioners (1110) are fewer: Centre, Normandie,
 *   Bourgogne-Franche-Comté; the reverse in PACA.
 * - Care abroad (4331) is highest in Grand Est, then Auvergne-Rhône-Alpes and Hauts-de-France.
 * - Doctors prescribe towards others as the mixes of `prestations` and `referrals` say: imagery and drugs by general
 *   practitioners first, mammography by gynaecologists too, technical acts by the speciality that carries them out.
 * - Exemptions rise with age (`exemptShare`), so what is left to pay over the base falls with age.
 * - Cells that stand out of the national age profile: `anomalies`.
 * - Allowances (daily allowances, pensions) are reimbursed without expense nor base, as the published totals imply:
 *   FLT_REM_MNT exceeds FLT_PAI_MNT − FLT_DEP_MNT.
 */
import type { AgeProfile, Prestation, Season } from "./prestations.js";

/** Relative activity of each calendar month of care. */
export const seasons: Readonly<Record<Season, readonly number[]>> = {
  stable: [1, 1, 1, 1, 1, 1, 1, 0.97, 1, 1.01, 1, 1.02],
  hiver: [1.14, 1.11, 1.06, 0.98, 0.94, 0.93, 0.9, 0.76, 0.96, 1.04, 1.05, 1.13],
  "ete-creux": [1.04, 1.02, 1.06, 1.02, 0.99, 1.06, 0.96, 0.66, 1.02, 1.09, 1.05, 1.03],
  automne: [0.85, 0.7, 0.7, 0.7, 0.65, 0.7, 0.6, 0.45, 0.95, 2.6, 2, 1.1],
  dépistage: [1.05, 1.05, 1.08, 1, 0.95, 1, 0.85, 0.55, 0.95, 1.35, 1.2, 0.95],
  arret: [1.1, 1.1, 1.05, 0.99, 0.96, 0.96, 0.94, 0.86, 0.95, 1.01, 1.03, 1.05],
  cure: [0.05, 0.05, 0.5, 1.1, 1.4, 1.5, 1.2, 1.4, 2, 1.7, 0.7, 0.1],
};

/** Use by age class (0, 20 … 80, unknown) over the average of all care. */
export const ageEffects: Readonly<Record<AgeProfile, readonly number[]>> = {
  tous: [1.5, 1.3, 1.1, 1, 0.85, 0.85, 0.85, 0.9, 1],
  enfant: [9, 0.4, 0.15, 0.15, 0.1, 0.08, 0.06, 0.08, 1],
  actif: [0.01, 1.4, 1.9, 1.9, 1.6, 0.5, 0.005, 0.001, 1],
  "actif-age": [0.005, 0.25, 0.8, 1.4, 2.2, 1.1, 0.02, 0.01, 1],
  maternite: [0.15, 3.2, 5.5, 0.7, 0.005, 0.001, 0.001, 0.001, 1],
  depistage: [0.001, 0.02, 0.15, 0.9, 2, 1.7, 0.7, 0.05, 1],
  adulte: [0.25, 0.9, 1.2, 1.3, 1.2, 1.05, 0.9, 0.6, 1],
  chronique: [0.4, 0.55, 0.65, 0.85, 1.05, 1.2, 1.25, 1.1, 1],
  age: [0.12, 0.15, 0.2, 0.4, 0.8, 1.25, 1.6, 1.7, 1],
  dependance: [0.05, 0.06, 0.08, 0.15, 0.35, 0.75, 1.5, 3.2, 1],
};

const rural = new Set([24, 27, 28, 75, 44]);

/** Use of a prestation in a region over its share of all reimbursements. */
export function regionEffect(prestation: Prestation, region: number): number {
  const { code, executor } = prestation;
  if (region === 99) return executor === "etablissement" || prestation.undated ? 1.5 : 0.9;
  if (code === 4331)
    return (
      ({ 44: 3.4, 32: 1.7, 84: 1.9, 27: 1.5, 5: 0.5, 53: 0.35, 28: 0.4 } as Record<number, number>)[region] ??
      0.6
    );
  if (code === 1335)
    return ({ 11: 1.6, 93: 1.5, 53: 0.6, 52: 0.6 } as Record<number, number>)[region] ?? 0.95;
  if (code === 1336)
    return ({ 11: 0.6, 93: 0.7, 53: 1.4, 52: 1.4, 5: 0.7 } as Record<number, number>)[region] ?? 1.05;
  if (code === 1110)
    return (
      ({ 93: 1.12, 32: 1.1, 76: 1.04, 24: 0.86, 28: 0.92, 27: 0.94 } as Record<number, number>)[region] ?? 1
    );
  if (code === 1081)
    return (
      ({ 93: 0.82, 76: 0.85, 32: 0.95, 24: 1.35, 28: 1.25, 27: 1.2 } as Record<number, number>)[region] ?? 1
    );
  if (code === 1933 || code === 1935 || code === 1938) {
    return (
      ({ 93: 1.5, 76: 1.25, 5: 1.5, 11: 1.1, 53: 0.8, 52: 0.75 } as Record<number, number>)[region] ?? 0.9
    );
  }
  if (executor === "transporteur") return region === 11 ? 0.65 : rural.has(region) || region === 5 ? 1.25 : 1;
  if (prestation.specialities.length > 3)
    return region === 11 ? 1.3 : region === 93 ? 1.2 : rural.has(region) ? 0.85 : 1;
  if (executor === "infirmier") return region === 93 || region === 76 ? 1.35 : region === 11 ? 0.6 : 1;
  if (executor === "orthophoniste") return region === 5 ? 0.7 : region === 32 ? 1.2 : 1;
  return 1;
}

/** Cells that stand out of the national age profile: use multiplied in that region and age class. */
export const anomalies: readonly { code: number; region: number; age: number; factor: number }[] = [
  { code: 3313, region: 32, age: 30, factor: 2.5 },
  { code: 3111, region: 52, age: 40, factor: 2.5 },
  { code: 3122, region: 53, age: 40, factor: 3 },
  { code: 3211, region: 5, age: 20, factor: 2.5 },
  { code: 1451, region: 44, age: 80, factor: 3 },
];

/** Dépassements of a region over the national rate. */
export function feeEffect(region: number): number {
  return (
    (
      { 11: 1.75, 93: 1.3, 84: 1.05, 99: 1, 44: 0.9, 32: 0.75, 5: 0.55, 53: 0.6, 52: 0.65 } as Record<
        number,
        number
      >
    )[region] ?? 0.75
  );
}

/** Share of acts of a prestation given at night, on Sundays or in emergency, with the row's CPL_COD. */
export function outOfHoursShare({ code, executor }: Prestation, region: number): number {
  if (executor !== "medecin" && executor !== "infirmier" && executor !== "laboratoire") return 0;
  const usual = ({ 1210: 0.2, 1110: 0.04, 3111: 0.07, 1351: 0.05 } as Record<number, number>)[code] ?? 0.025;
  const regional =
    ({ 93: 1.5, 76: 1.3, 5: 1.6, 11: 1.1, 53: 0.75, 52: 0.7, 28: 0.85 } as Record<number, number>)[region] ??
    1;
  return usual * regional;
}

/** Share of care wholly reimbursed (long-term illness) by age class: 0, 20 … 80, unknown. */
export const exemptShare: readonly number[] = [0.16, 0.19, 0.26, 0.37, 0.52, 0.65, 0.76, 0.84, 0.48];

/** Départements whose care abroad stands out, over the others. */
export const foreignCare: Readonly<Record<string, number>> = {
  "57": 7,
  "67": 6,
  "68": 6.5,
  "54": 5,
  "55": 3,
  "08": 3.5,
  "59": 3,
  "02": 1.6,
  "01": 4.5,
  "74": 7,
  "25": 3.5,
  "39": 2.5,
  "90": 3,
  "06": 2.5,
  "64": 2.5,
  "66": 3,
  "973": 3,
  "971": 1.5,
  "75": 1.6,
  "2A": 1.2,
  "73": 1.5,
  "88": 1.8,
  "52": 1.2,
};
