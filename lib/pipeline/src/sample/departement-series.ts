/** A line of care of the R tables: a série with the prestation and the executor that carry it. */
export interface Line {
  serie: string;
  prestation: number;
  /** EXE_SPE and EXE_SPE1. */
  executor: readonly [number, number];
  /** ACT_DNB an affiliate a year, national. */
  acts: number;
  /** REC_MON of an act, €: 0 where nothing but a deduction is paid (`kept`). */
  price: number;
  /** Rate for someone with no exemption, %. */
  rate: number;
  /** DEP_MON over REC_MON, national. */
  fee: number;
  /** PRE_SPE; 0: the executor; -1: prescribed in a hospital. */
  prescriber: number;
  /** ASU_NAT. */
  risk: number;
  /** REM_MON of an act where it is negative. */
  kept: number;
  /** What makes it vary between départements. */
  driver: "none" | "specialists" | "transport" | "abroad" | "ambulance" | "permanence" | "nurses";
  /** ACT_COE of an act. */
  coefficient: number;
}

function line(
  serie: string,
  prestation: number,
  executor: readonly [number, number],
  acts: number,
  price: number,
  rate: number,
  options: Partial<Line> = {},
): Line {
  return {
    serie,
    prestation,
    executor,
    acts,
    price,
    rate,
    fee: 0,
    prescriber: 0,
    risk: 1,
    kept: 0,
    driver: "none",
    coefficient: 1,
    ...options,
  };
}

const specialist = 12;
const doctor = { driver: "specialists" } as const;

/** Consultations of specialists: EXE_SPE, acts an affiliate a year, base, dépassement over base. */
const specialistConsultations: readonly (readonly [number, number, number, number])[] = [
  [3, 0.08, 28, 0.18],
  [4, 0.1, 25, 0.85],
  [5, 0.13, 27, 0.55],
  [7, 0.17, 27, 0.75],
  [8, 0.05, 27, 0.55],
  [9, 0.01, 28, 0.6],
  [11, 0.08, 26, 0.6],
  [12, 0.13, 30, 0.45],
  [13, 0.04, 27, 0.3],
  [14, 0.07, 27, 0.6],
  [15, 0.26, 27, 0.6],
  [31, 0.015, 28, 0.25],
  [32, 0.03, 40, 0.45],
  [42, 0.025, 30, 0.7],
  [2, 0.02, 26, 0.25],
  [6, 0.01, 25, 0.2],
];

/**
 * The lines of the R tables other than consultations and visits of general practitioners. Orders of magnitude of the
 * régime général, soins de ville.
 */
export const lines: readonly Line[] = [
  ...specialistConsultations.map(([speciality, acts, price, fee]) =>
    line("111112", 1112, [speciality, specialist], acts, price, 70, { ...doctor, fee, prescriber: 1 }),
  ),
  line("111113", 1113, [17, specialist], 0.17, 41, 70, { ...doctor, fee: 0.3 }),
  line("111116", 1114, [3, specialist], 0.045, 51, 70, { ...doctor, fee: 0.15, prescriber: 1 }),
  line("111122", 1212, [12, specialist], 0.004, 30, 70, { ...doctor, fee: 0.1 }),
  line("111136", 1352, [1, 11], 0.09, 34, 70, { fee: 0.03 }),
  line("111136", 1352, [3, specialist], 0.12, 45, 70, { ...doctor, fee: 0.1, prescriber: 1 }),
  line("111136", 1352, [8, specialist], 0.05, 98, 70, { ...doctor, fee: 0.22, prescriber: 1 }),
  line("111136", 1352, [15, specialist], 0.17, 48, 70, { ...doctor, fee: 0.3 }),
  line("111136", 1352, [13, specialist], 0.03, 60, 70, { ...doctor, fee: 0.1, prescriber: 1 }),
  line("1111351", 1321, [4, specialist], 0.04, 190, 90, { ...doctor, fee: 0.55, prescriber: 4 }),
  line("1111351", 1321, [15, specialist], 0.02, 250, 90, { ...doctor, fee: 0.4 }),
  line("1111352", 1322, [7, specialist], 0.006, 210, 100, { ...doctor, fee: 0.4, risk: 3 }),
  line("1111353", 1323, [2, specialist], 0.06, 95, 90, { ...doctor, fee: 0.3, prescriber: 4 }),
  line("1111354", 1324, [6, specialist], 0.17, 52, 70, { ...doctor, fee: 0.12, prescriber: 1 }),
  line("1111354", 1324, [3, specialist], 0.07, 88, 70, { ...doctor, fee: 0.12, prescriber: 1 }),
  line("1111354", 1324, [7, specialist], 0.06, 55, 70, { ...doctor, fee: 0.55 }),
  line("111145", 1351, [6, specialist], 0.62, 32, 70, { ...doctor, fee: 0.06, prescriber: 1 }),
  line("111145", 1335, [6, specialist], 0.028, 60, 70, { ...doctor, fee: 0.2, prescriber: 7 }),
  line("111145", 1336, [6, specialist], 0.04, 66, 100, { ...doctor, prescriber: 6 }),
  line("1111D", 2351, [6, specialist], 0.09, 69, 100, { ...doctor, prescriber: 1 }),
  line("11116", 1341, [37, specialist], 0.06, 30, 70, { fee: 0.04, prescriber: 7 }),
  line("111182", 1811, [1, 11], 0.05, 0.6, 70),
  line("111183", 1224, [1, 11], 0.2, 10, 70),
  line("1111G", 1521, [2, specialist], 0.01, 150, 100),
  line("1111Q", 1933, [1, 11], 0.012, 42, 70, { driver: "permanence" }),
  line("1111Q", 1935, [1, 11], 0.03, 26, 70, { driver: "permanence" }),
  line("1111Q", 1938, [1, 11], 0.012, 30, 70, { driver: "permanence" }),
  line("1111L", 1952, [1, 11], 3.1, 0, 100, { kept: -1.9 }),
  line("1111M", 1952, [15, specialist], 1.2, 0, 100, { kept: -1.9 }),
  line("1111R", 1124, [1, 11], 0.15, 42, 100),
  line("1111N", 1981, [7, specialist], 0.002, 90, 100, { risk: 3 }),
  line("111211", 1431, [19, 41], 0.1, 23, 60),
  line("11122", 1433, [19, 41], 0.85, 33, 60, { fee: 0.08 }),
  line("11123", 1423, [19, 41], 0.16, 96, 60, { fee: 2.6 }),
  line("11124", 1424, [36, 42], 0.04, 180, 100, { fee: 1.9 }),
  line("1111A", 1911, [21, 50], 0.2, 24, 70, { risk: 3, fee: 0.03 }),
  line("1141121", 3111, [24, 60], 7.4, 6.4, 60, { prescriber: 1, driver: "nurses", coefficient: 1.6 }),
  line("1141122", 3112, [24, 60], 1.4, 11, 60, { prescriber: 1, driver: "nurses", coefficient: 4 }),
  line("1141131", 3122, [26, 70], 1.1, 18, 60, { prescriber: 1, coefficient: 8 }),
  line("1141134", 3125, [26, 70], 0.7, 17, 60, { prescriber: 4, coefficient: 7.5 }),
  line("114114", 3132, [28, 91], 0.42, 31, 60, { prescriber: 1, coefficient: 12 }),
  line("114115", 3133, [29, 92], 0.11, 22, 60, { prescriber: 15, coefficient: 8 }),
  line("114117", 3134, [27, 80], 0.03, 29, 60, { prescriber: 1 }),
  line("11412", 1811, [24, 60], 9, 0.42, 60, { prescriber: 1, driver: "nurses" }),
  line("11415", 1976, [24, 60], 3.6, 0, 100, { kept: -0.95, prescriber: 1 }),
  line("11421", 3211, [30, 30], 8.2, 5.4, 60, { prescriber: 1, coefficient: 22 }),
  line("114222", 3223, [30, 30], 0.9, 3.8, 60, { prescriber: 1, coefficient: 1.5 }),
  line("11425", 1952, [30, 30], 1.6, 0, 100, { kept: -1.9 }),
  line("114311", 3312, [99, 99], 3.4, 3.1, 30, { prescriber: 1 }),
  line("114312", 3313, [99, 99], 14.8, 12.1, 65, { prescriber: 1 }),
  line("114312", 3313, [99, 99], 2.1, 17, 65, { prescriber: -1 }),
  line("114314", 3311, [99, 99], 0.2, 480, 100, { prescriber: -1 }),
  line("114315", 3317, [99, 99], 0.03, 900, 100, { prescriber: -1 }),
  line("114319", 3341, [99, 99], 0.9, 5, 15, { prescriber: 1 }),
  line("114324", 3331, [99, 99], 0.13, 9.5, 65, { prescriber: 1 }),
  line("114327", 3361, [99, 99], 0.02, 8, 100, { driver: "permanence" }),
  line("11433", 1972, [99, 99], 11, 0, 100, { kept: -0.95 }),
  line("11451", 3512, [99, 99], 2.6, 14, 60, { prescriber: 1 }),
  line("11451", 3511, [99, 99], 0.55, 52, 60, { prescriber: 13 }),
  line("11452", 3531, [99, 99], 0.45, 4.2, 60, { prescriber: 15 }),
  line("11453", 3521, [99, 99], 0.2, 28, 60, { prescriber: 1 }),
  line("114541", 3541, [99, 99], 0.02, 380, 60, { prescriber: 11 }),
  line("114545", 3545, [99, 99], 0.004, 900, 100, { prescriber: 31 }),
  line("114551", 3551, [99, 99], 0.012, 420, 100, { prescriber: 4 }),
  line("1151", 4142, [99, 99], 0.007, 480, 65, { prescriber: 1 }),
  line("115221", 4212, [99, 99], 0.11, 118, 55, { prescriber: -1, driver: "ambulance" }),
  line("115222", 4213, [99, 99], 0.24, 44, 55, { prescriber: -1, driver: "transport" }),
  line("115223", 4214, [99, 99], 0.62, 66, 55, { prescriber: -1, driver: "transport" }),
  line("115226", 4215, [99, 99], 0.03, 21, 55, { prescriber: 1, driver: "transport" }),
  line("11524", 1974, [99, 99], 0.5, 0, 100, { kept: -3.9, driver: "transport" }),
  line("11611", 6111, [99, 99], 2.5, 34, 100, { prescriber: 1 }),
  line("11612", 6112, [99, 99], 1.8, 33, 100, { prescriber: 17 }),
  line("11621", 6115, [99, 99], 1.05, 59, 100, { prescriber: 1, risk: 4 }),
  line("1165", 6122, [99, 99], 0.55, 47, 100, { prescriber: 7, risk: 3 }),
  line("11711", 7111, [99, 99], 0.14, 850, 100, { risk: 8 }),
  line("11911", 8111, [99, 99], 0.17, 340, 100, { risk: 4 }),
  line("118", 4511, [99, 99], 0.0006, 3600, 100, { risk: 5 }),
  line("11F", 4331, [99, 99], 0.012, 165, 70, { driver: "abroad" }),
];
