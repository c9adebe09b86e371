/**
 * What was published of the real data and the sample reproduces. Source: Open DAMIR, A202501 (CNAM, Licence Ouverte 2.0),
 * as loaded and published by independent open projects; amounts in euros of the processing month January 2025.
 */

/** The 24 processing months of the sample, `AAAAMM`. */
export const months: readonly number[] = [2024, 2025].flatMap((year) =>
  Array.from({ length: 12 }, (_, month) => year * 100 + month + 1),
);

/** The month whose totals are known. */
export const calibratedMonth = 202501;

/** Totals of A202501. */
export const publishedTotals = {
  prs_pai_mnt: 16_233_490_141.08,
  prs_rem_bse: 12_434_039_537.67,
  prs_rem_mnt: 13_756_661_698.73,
  flt_pai_mnt: 14_048_903_786.75,
  flt_dep_mnt: 951_356_443.99,
  flt_rem_mnt: 13_342_058_546.16,
  flt_act_qte: 1_201_380_115,
} as const;

/** FLT_REM_MNT by BEN_RES_REG in A202501, M€. */
export const remByRegion: ReadonlyMap<number, number> = new Map([
  [99, 2281.0],
  [11, 1710.7],
  [84, 1234.5],
  [93, 1194.7],
  [76, 1185.9],
  [75, 1056.5],
  [32, 969.6],
  [44, 883.8],
  [52, 545.5],
  [28, 538.0],
  [53, 516.2],
  [27, 432.0],
  [5, 404.0],
  [24, 389.7],
]);

/** Rows by BEN_RES_REG in A202501, millions. */
export const rowsByRegion: ReadonlyMap<number, number> = new Map([
  [99, 3.12],
  [11, 4.14],
  [84, 3.34],
  [93, 3.05],
  [76, 3.23],
  [75, 2.96],
  [32, 2.74],
  [44, 3.09],
  [52, 2.17],
  [28, 1.98],
  [53, 1.83],
  [27, 1.92],
  [5, 1.28],
  [24, 1.79],
]);

/** FLT_REM_MNT by AGE_BEN_SNDS in A202501, M€. */
export const remByAge: ReadonlyMap<number, number> = new Map([
  [0, 818.0],
  [20, 751.9],
  [30, 1258.1],
  [40, 1390.2],
  [50, 2266.1],
  [60, 2631.7],
  [70, 2239.7],
  [80, 1970.7],
  [99, 15.7],
]);

/** The ten largest PRS_NAT of A202501: FLT_REM_MNT in M€ and FLT_ACT_QTE. */
export const largestPrestations: ReadonlyMap<number, { rem: number; quantity: number }> = new Map([
  [3313, { rem: 1514.8, quantity: 104_574_437 }],
  [2111, { rem: 728.3, quantity: 905_632 }],
  [7111, { rem: 696.4, quantity: 809_141 }],
  [3311, { rem: 674.1, quantity: 1_262_733 }],
  [6111, { rem: 592.7, quantity: 17_341_095 }],
  [1110, { rem: 482.8, quantity: 20_589_468 }],
  [1352, { rem: 430.1, quantity: 9_720_645 }],
  [6112, { rem: 417.3, quantity: 12_512_547 }],
  [6115, { rem: 399.3, quantity: 6_813_189 }],
  [3111, { rem: 327.5, quantity: 59_003_579 }],
]);

/** FLT_REM_MNT whose month of care is published as `0000-00`, over the whole: 1.197 bn € of 13.34. */
export const undatedShare = 1.197 / 13.342;

/** FLT_REM_MNT of care given in the processing month itself, over the whole. */
export const sameMonthShare = 0.62;

/** Type 99: share of rows with PRS_REM_TYP = 99, and their share of FLT_REM_MNT. */
export const type99 = { rows: 0.4, rem: 0.045 } as const;

/** Rows where PRS_ACT_NBR and FLT_ACT_NBR are null. */
export const nullShares = { prs_act_nbr: 0.1, flt_act_nbr: 0.09 } as const;

/** Rows whose PSE_SPE_SNDS is 0. */
export const withoutSpecialityShare = 0.75;

/**
 * Régime général, general practitioners: acts an affiliate a year, practitioners per 100,000 affiliates, acts gained by
 * 100 more practitioners per 100,000. Source: result published by the DAMIR hackathon of January 2015 on the R tables of 2013.
 */
export const generalPractice = { actsPerAffiliate: 4.03, density: 175.2, slope: 0.97 } as const;
