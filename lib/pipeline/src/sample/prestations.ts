/** Who carries out an act, hence the shape of its rows. */
export type Executor =
  | "medecin"
  | "dentiste"
  | "sage-femme"
  | "infirmier"
  | "masseur"
  | "pedicure"
  | "orthophoniste"
  | "orthoptiste"
  | "laboratoire"
  | "pharmacie"
  | "fournisseur"
  | "transporteur"
  | "etablissement"
  | "caisse";

/** Ages that use an act more than the others do. */
export type AgeProfile =
  | "tous"
  | "enfant"
  | "actif"
  | "actif-age"
  | "maternite"
  | "depistage"
  | "adulte"
  | "chronique"
  | "age"
  | "dependance";

/** Months when an act is given more than in the others. */
export type Season = "stable" | "hiver" | "ete-creux" | "automne" | "arret" | "cure";

/** A PRS_NAT of the sample. */
export interface Prestation {
  code: number;
  executor: Executor;
  /** FLT_REM_MNT in the calibrated month, M€, before what isn't among the ten largest is fitted to the total. */
  rem: number;
  /** FLT_REM_MNT of one unit of FLT_ACT_QTE, €. */
  unit: number;
  age: AgeProfile;
  season: Season;
  /** Rate for someone with no exemption, %. 0: an allowance, paid without expense nor base. */
  rate: number;
  /** Dépassement over base. */
  excessFee: number;
  /** Expense over base where the price is free and the surplus isn't a dépassement (LPP, optics). */
  price: number;
  /** Share of women. */
  women: number;
  /** PSE_SPE_SNDS and its weight. */
  specialities: readonly (readonly [number, number])[];
  /** PSP_SPE_SNDS and its weight; empty where the executor decides alone. -1: prescribed in a hospital, speciality unknown. */
  prescribers: readonly (readonly [number, number])[];
  /** Paid by PRS_FJH month without month of care (`0000-00`). */
  undated: boolean;
}

const specialist = [
  [3, 9],
  [5, 8],
  [6, 2],
  [7, 11],
  [8, 6],
  [9, 1],
  [11, 7],
  [12, 5],
  [13, 4],
  [14, 7],
  [15, 17],
  [31, 2],
  [32, 5],
  [33, 4],
  [4, 12],
  [35, 1],
  [42, 4],
  [2, 2],
  [34, 1],
] as const;
const byGeneralist = [
  [1, 72],
  [-1, 14],
  [4, 3],
  [3, 2],
  [14, 2],
  [7, 2],
  [12, 2],
  [33, 1],
  [32, 1],
  [8, 1],
] as const;
const byDrugPrescriber = [
  [1, 62],
  [-1, 14],
  [3, 5],
  [33, 4],
  [15, 3],
  [5, 2],
  [12, 2],
  [7, 2],
  [42, 1],
  [8, 1],
  [14, 1],
  [32, 1],
  [13, 1],
  [36, 1],
] as const;
const byHospital = [
  [-1, 58],
  [1, 12],
  [14, 6],
  [8, 6],
  [5, 5],
  [32, 5],
  [13, 4],
  [42, 2],
  [35, 2],
] as const;
const forImaging = [
  [1, 58],
  [-1, 10],
  [4, 9],
  [14, 8],
  [32, 4],
  [7, 3],
  [13, 3],
  [8, 2],
  [11, 2],
  [31, 1],
] as const;
const forMammography = [
  [1, 45],
  [7, 45],
  [-1, 6],
  [6, 4],
] as const;
const technical = [
  [3, 24],
  [15, 26],
  [8, 17],
  [6, 5],
  [1, 7],
  [13, 5],
  [7, 4],
  [5, 4],
  [11, 4],
  [32, 2],
  [35, 2],
] as const;
const forTechnical = [
  [1, 55],
  [3, 8],
  [-1, 14],
  [8, 6],
  [15, 8],
  [4, 3],
  [14, 2],
  [13, 2],
  [42, 2],
] as const;
const echography = [
  [6, 46],
  [3, 22],
  [7, 22],
  [15, 4],
  [1, 3],
  [8, 1],
  [35, 2],
] as const;
const surgery = [
  [4, 55],
  [15, 20],
  [7, 8],
  [11, 7],
  [18, 4],
  [8, 3],
  [5, 3],
] as const;

type Options = Partial<Omit<Prestation, "code" | "executor" | "rem" | "unit">>;

function prestation(
  code: number,
  executor: Executor,
  rem: number,
  unit: number,
  options: Options = {},
): Prestation {
  return {
    code,
    executor,
    rem,
    unit,
    age: "tous",
    season: "stable",
    rate: 60,
    excessFee: 0,
    price: 1,
    women: 0.54,
    specialities: [],
    prescribers: [],
    undated: false,
    ...options,
  };
}

const generalist = { specialities: [[1, 1]], rate: 70 } as const;
const allowance = { rate: 0 } as const;
const hospital = {
  rate: 80,
  prescribers: [
    [-1, 9],
    [1, 1],
  ],
} as const;
const nursing = { age: "age", rate: 60, prescribers: byGeneralist, women: 0.58 } as const;
const physiotherapy = {
  age: "chronique",
  season: "ete-creux",
  rate: 60,
  prescribers: [
    [1, 62],
    [-1, 12],
    [4, 12],
    [14, 9],
    [31, 3],
    [32, 2],
  ],
} as const;

/**
 * The PRS_NAT of the sample: the ten largest as published, the others in plausible proportions (orders of magnitude of
 * the published accounts of health care, no more).
 */
export const prestations: readonly Prestation[] = [
  // Consultations and visits
  prestation(1110, "medecin", 482.8, 23.45, { ...generalist, season: "hiver", excessFee: 0.03 }),
  prestation(1192, "medecin", 14, 20, { ...generalist, season: "hiver", age: "adulte" }),
  prestation(1210, "medecin", 30, 27, { ...generalist, season: "hiver", age: "dependance" }),
  prestation(1214, "medecin", 18, 62, { ...generalist, age: "dependance", rate: 100 }),
  prestation(1224, "medecin", 11, 9, { ...generalist, season: "hiver", age: "dependance" }),
  prestation(1125, "medecin", 3, 3.5, { ...generalist, age: "tous" }),
  prestation(1933, "medecin", 4, 20, { ...generalist, season: "hiver", age: "enfant" }),
  prestation(1935, "medecin", 6, 18, { ...generalist, season: "hiver", age: "enfant" }),
  prestation(1938, "medecin", 4, 22, { ...generalist, season: "hiver", age: "dependance" }),
  prestation(1112, "medecin", 95, 19, {
    specialities: specialist,
    rate: 70,
    excessFee: 0.62,
    season: "ete-creux",
    prescribers: [
      [1, 74],
      [-1, 6],
      [3, 4],
      [4, 5],
      [7, 4],
      [14, 4],
      [15, 3],
    ],
  }),
  prestation(1103, "medecin", 55, 42, {
    specialities: specialist,
    rate: 70,
    excessFee: 0.35,
    season: "ete-creux",
    prescribers: [
      [1, 82],
      [-1, 6],
      [3, 3],
      [4, 3],
      [14, 3],
      [7, 3],
    ],
  }),
  prestation(1114, "medecin", 22, 38, {
    specialities: [[3, 1]],
    rate: 70,
    excessFee: 0.15,
    age: "chronique",
    prescribers: [
      [1, 85],
      [-1, 8],
      [42, 4],
      [13, 3],
    ],
  }),
  prestation(1041, "medecin", 48, 36, {
    specialities: [
      [33, 4],
      [32, 1],
    ],
    rate: 70,
    excessFee: 0.2,
    age: "adulte",
  }),
  prestation(1043, "medecin", 18, 25, {
    specialities: [[12, 1]],
    rate: 70,
    excessFee: 0.25,
    age: "enfant",
    season: "hiver",
  }),
  prestation(1126, "medecin", 19, 3.6, { specialities: specialist, rate: 70, age: "chronique" }),
  prestation(1173, "medecin", 92, 5.4, { ...allowance, specialities: [[1, 1]], undated: true }),
  // Technical acts, imaging, surgery
  prestation(1352, "medecin", 430.1, 44.25, {
    specialities: technical,
    rate: 70,
    excessFee: 0.16,
    age: "chronique",
    season: "ete-creux",
    prescribers: forTechnical,
  }),
  prestation(1321, "medecin", 235, 150, {
    specialities: surgery,
    rate: 90,
    excessFee: 0.5,
    age: "chronique",
    season: "ete-creux",
    prescribers: [
      [4, 40],
      [15, 20],
      [1, 18],
      [7, 8],
      [11, 7],
      [-1, 7],
    ],
  }),
  prestation(1322, "medecin", 28, 190, {
    specialities: [[7, 1]],
    rate: 100,
    excessFee: 0.35,
    age: "maternite",
    women: 1,
  }),
  prestation(1323, "medecin", 98, 88, {
    specialities: [[2, 1]],
    rate: 90,
    excessFee: 0.3,
    age: "chronique",
    prescribers: [
      [4, 60],
      [15, 20],
      [7, 12],
      [8, 8],
    ],
  }),
  prestation(1324, "medecin", 168, 44, {
    specialities: echography,
    rate: 70,
    excessFee: 0.2,
    age: "chronique",
    season: "ete-creux",
    women: 0.6,
    prescribers: forImaging,
  }),
  prestation(1351, "medecin", 225, 32, {
    specialities: [[6, 1]],
    rate: 70,
    excessFee: 0.07,
    age: "chronique",
    season: "ete-creux",
    prescribers: forImaging,
  }),
  prestation(1335, "medecin", 16, 46, {
    specialities: [[6, 1]],
    rate: 70,
    excessFee: 0.22,
    age: "depistage",
    women: 0.995,
    season: "automne",
    prescribers: forMammography,
  }),
  prestation(1336, "medecin", 13, 66, {
    specialities: [[6, 1]],
    rate: 100,
    age: "depistage",
    women: 1,
    season: "automne",
    prescribers: [
      [1, 20],
      [7, 20],
      [6, 60],
    ],
  }),
  prestation(1341, "medecin", 34, 27, {
    specialities: [[37, 1]],
    rate: 70,
    excessFee: 0.06,
    age: "chronique",
    prescribers: [
      [8, 26],
      [7, 22],
      [5, 20],
      [4, 16],
      [15, 2],
      [-1, 8],
      [1, 6],
    ],
  }),
  prestation(2351, "etablissement", 110, 72, { rate: 100, age: "chronique", prescribers: forImaging }),
  // Dental and midwives
  prestation(1451, "dentiste", 150, 29, { season: "ete-creux", excessFee: 0.1, prescribers: [] }),
  prestation(1454, "dentiste", 24, 17, { season: "ete-creux", excessFee: 0.02 }),
  prestation(1401, "dentiste", 45, 72, { age: "adulte", excessFee: 3.1 }),
  prestation(1402, "dentiste", 32, 72, { age: "adulte", excessFee: 3.6 }),
  prestation(1419, "dentiste", 18, 110, { age: "age", excessFee: 3.4 }),
  prestation(1466, "dentiste", 45, 135, { age: "enfant", rate: 100, excessFee: 2.2 }),
  prestation(1911, "sage-femme", 36, 22, { age: "maternite", women: 1, rate: 70, excessFee: 0.03 }),
  // Nurses, physiotherapists, other auxiliaries
  prestation(3111, "infirmier", 327.5, 5.55, nursing),
  prestation(3112, "infirmier", 88, 9.6, { ...nursing, age: "dependance" }),
  prestation(3117, "infirmier", 16, 4.4, nursing),
  prestation(1848, "infirmier", 96, 2.3, { ...nursing, age: "dependance" }),
  prestation(1811, "infirmier", 66, 0.38, { ...nursing, age: "dependance" }),
  prestation(3125, "masseur", 55, 15.5, physiotherapy),
  prestation(3122, "masseur", 125, 16, physiotherapy),
  prestation(3152, "masseur", 38, 15, physiotherapy),
  prestation(3157, "masseur", 33, 17, { ...physiotherapy, age: "dependance" }),
  prestation(3132, "orthophoniste", 84, 28, {
    age: "enfant",
    season: "ete-creux",
    women: 0.4,
    prescribers: [
      [1, 70],
      [12, 16],
      [11, 8],
      [-1, 6],
    ],
  }),
  prestation(3133, "orthoptiste", 14, 17, {
    age: "enfant",
    prescribers: [
      [15, 80],
      [1, 20],
    ],
  }),
  prestation(3134, "pedicure", 9, 27, {
    age: "age",
    prescribers: [
      [1, 80],
      [42, 20],
    ],
  }),
  // Biology
  prestation(3211, "laboratoire", 275, 2.9, {
    age: "chronique",
    women: 0.58,
    season: "ete-creux",
    prescribers: [
      [1, 60],
      [-1, 16],
      [7, 8],
      [42, 3],
      [3, 3],
      [14, 3],
      [8, 3],
      [35, 2],
      [33, 2],
    ],
  }),
  prestation(3222, "laboratoire", 10, 2.6, { age: "chronique", prescribers: byGeneralist }),
  // Drugs and pharmacy
  prestation(3313, "pharmacie", 1514.8, 14.485, {
    age: "chronique",
    season: "hiver",
    rate: 65,
    prescribers: byDrugPrescriber,
  }),
  prestation(3311, "pharmacie", 674.1, 533.8, {
    age: "chronique",
    rate: 100,
    prescribers: byHospital,
    women: 0.5,
  }),
  prestation(3312, "pharmacie", 62, 2.3, {
    age: "chronique",
    season: "hiver",
    rate: 30,
    prescribers: byDrugPrescriber,
  }),
  prestation(3341, "pharmacie", 9, 0.75, { age: "chronique", rate: 15, prescribers: byDrugPrescriber }),
  prestation(3314, "pharmacie", 18, 420, {
    age: "enfant",
    rate: 100,
    women: 0.42,
    prescribers: [
      [-1, 70],
      [12, 22],
      [42, 8],
    ],
  }),
  prestation(3315, "pharmacie", 70, 520, {
    age: "adulte",
    rate: 100,
    women: 0.33,
    prescribers: [
      [-1, 78],
      [1, 22],
    ],
  }),
  prestation(3316, "pharmacie", 292, 470, {
    age: "chronique",
    rate: 100,
    prescribers: byHospital,
    women: 0.5,
  }),
  prestation(3317, "etablissement", 288, 1250, {
    age: "chronique",
    rate: 100,
    prescribers: byHospital,
    women: 0.48,
  }),
  prestation(3364, "pharmacie", 150, 0.72, { age: "chronique", rate: 65, prescribers: byDrugPrescriber }),
  prestation(3365, "pharmacie", 28, 1.1, { age: "age", rate: 65, prescribers: byDrugPrescriber }),
  prestation(3366, "pharmacie", 52, 3.2, { age: "chronique", rate: 65, prescribers: byDrugPrescriber }),
  prestation(3331, "pharmacie", 9, 6.4, {
    age: "age",
    season: "automne",
    rate: 65,
    prescribers: [
      [1, 45],
      [-1, 55],
    ],
  }),
  prestation(3360, "pharmacie", 7, 6.1, { age: "age", season: "automne", rate: 70, prescribers: [] }),
  // Devices, optics, hearing
  prestation(3511, "fournisseur", 175, 20, {
    age: "age",
    prescribers: [
      [13, 48],
      [-1, 26],
      [1, 20],
      [3, 6],
    ],
  }),
  prestation(3512, "fournisseur", 270, 15, { age: "chronique", price: 1.1, prescribers: byGeneralist }),
  prestation(3513, "fournisseur", 118, 11, { age: "chronique", price: 1.3, prescribers: byGeneralist }),
  prestation(3514, "fournisseur", 88, 7.5, { age: "chronique", price: 1.25, prescribers: byGeneralist }),
  prestation(3515, "pharmacie", 105, 2.5, { age: "age", price: 1.2, prescribers: byGeneralist }),
  prestation(3545, "fournisseur", 58, 620, {
    age: "adulte",
    rate: 100,
    prescribers: [
      [-1, 55],
      [31, 30],
      [4, 10],
      [1, 5],
    ],
  }),
  prestation(3551, "etablissement", 172, 410, {
    age: "chronique",
    rate: 100,
    prescribers: [
      [4, 62],
      [3, 22],
      [15, 16],
    ],
  }),
  prestation(3506, "fournisseur", 2.4, 5.4, {
    age: "adulte",
    price: 3.3,
    prescribers: [
      [15, 82],
      [1, 18],
    ],
  }),
  prestation(3508, "fournisseur", 11, 15, {
    age: "chronique",
    price: 4.6,
    prescribers: [
      [15, 82],
      [1, 18],
    ],
  }),
  prestation(3563, "fournisseur", 0.075, 0.03, {
    age: "adulte",
    price: 2200,
    prescribers: [
      [15, 84],
      [1, 16],
    ],
  }),
  prestation(3520, "fournisseur", 0.065, 0.03, {
    age: "chronique",
    price: 3500,
    prescribers: [
      [15, 84],
      [1, 16],
    ],
  }),
  prestation(3586, "fournisseur", 13, 240, {
    age: "age",
    price: 2.4,
    prescribers: [
      [11, 70],
      [1, 30],
    ],
  }),
  prestation(3588, "fournisseur", 18, 240, {
    age: "age",
    price: 4.2,
    prescribers: [
      [11, 70],
      [1, 30],
    ],
  }),
  // Transport
  prestation(4212, "transporteur", 76, 82, {
    age: "dependance",
    rate: 55,
    prescribers: [
      [-1, 78],
      [1, 22],
    ],
  }),
  prestation(4213, "transporteur", 66, 27, {
    age: "age",
    rate: 55,
    prescribers: [
      [-1, 66],
      [1, 26],
      [35, 4],
      [4, 4],
    ],
  }),
  prestation(4214, "transporteur", 268, 47, {
    age: "age",
    rate: 55,
    prescribers: [
      [-1, 70],
      [1, 22],
      [35, 4],
      [33, 4],
    ],
  }),
  // Hospital
  prestation(2111, "etablissement", 728.3, 804.2, { ...hospital, age: "age", season: "ete-creux" }),
  prestation(2110, "etablissement", 205, 175, { ...hospital, age: "dependance" }),
  prestation(2211, "etablissement", 296, 265, { ...hospital, age: "adulte" }),
  prestation(2213, "etablissement", 298, 190, {
    ...hospital,
    age: "enfant",
    rate: 100,
    season: "ete-creux",
    women: 0.34,
  }),
  prestation(2201, "etablissement", 280, 2400, { ...hospital, age: "chronique" }),
  prestation(2202, "etablissement", 300, 36, { ...hospital, age: "dependance", rate: 100, women: 0.7 }),
  prestation(2203, "etablissement", 130, 42, { ...hospital, age: "dependance", rate: 100, women: 0.64 }),
  prestation(2129, "etablissement", 88, 290, { ...hospital, age: "age", rate: 100, women: 0.4 }),
  prestation(2132, "etablissement", 72, 250, { ...hospital, age: "age", rate: 100, women: 0.4 }),
  prestation(2115, "etablissement", 45, 340, { ...hospital, age: "age" }),
  prestation(1081, "etablissement", 24, 31, { ...hospital, season: "hiver", age: "tous" }),
  // Allowances
  prestation(6111, "caisse", 592.7, 34.18, {
    ...allowance,
    age: "actif",
    season: "arret",
    prescribers: [
      [1, 74],
      [-1, 14],
      [33, 5],
      [4, 4],
      [14, 3],
    ],
  }),
  prestation(6112, "caisse", 417.3, 33.35, {
    ...allowance,
    age: "actif-age",
    prescribers: [
      [1, 56],
      [33, 18],
      [-1, 14],
      [4, 6],
      [14, 6],
    ],
  }),
  prestation(6115, "caisse", 399.3, 58.61, {
    ...allowance,
    age: "actif",
    women: 0.42,
    season: "arret",
    prescribers: [
      [1, 72],
      [-1, 18],
      [4, 10],
    ],
  }),
  prestation(6116, "caisse", 170, 52, {
    ...allowance,
    age: "actif-age",
    women: 0.44,
    prescribers: [
      [1, 62],
      [-1, 20],
      [4, 18],
    ],
  }),
  prestation(6117, "caisse", 74, 26, {
    ...allowance,
    age: "actif",
    women: 0.62,
    prescribers: [
      [1, 70],
      [-1, 16],
      [33, 14],
    ],
  }),
  prestation(6121, "caisse", 78, 47, {
    ...allowance,
    age: "maternite",
    women: 1,
    prescribers: [
      [7, 60],
      [-1, 30],
      [1, 10],
    ],
  }),
  prestation(6122, "caisse", 132, 47, {
    ...allowance,
    age: "maternite",
    women: 0.99,
    prescribers: [
      [7, 60],
      [-1, 35],
      [1, 5],
    ],
  }),
  prestation(7111, "caisse", 696.4, 860.7, { ...allowance, age: "actif-age", undated: true }),
  prestation(7113, "caisse", 20, 1150, { ...allowance, age: "actif-age", undated: true }),
  prestation(8111, "caisse", 295, 340, { ...allowance, age: "actif-age", women: 0.3, undated: true }),
  prestation(8113, "caisse", 94, 1350, { ...allowance, age: "age", women: 0.95, undated: true }),
  prestation(4511, "caisse", 11, 3600, { ...allowance, age: "actif-age" }),
  // Others
  prestation(4331, "caisse", 42, 160, { age: "adulte", rate: 70 }),
  prestation(4142, "etablissement", 12, 420, {
    age: "age",
    season: "cure",
    rate: 65,
    prescribers: [
      [1, 92],
      [14, 8],
    ],
  }),
];

/** What is kept from reimbursements: negative FLT_REM_MNT, no expense nor base, a positive quantity. */
export interface Deduction {
  code: number;
  /** FLT_REM_MNT in the calibrated month, M€, negative. */
  rem: number;
  /** FLT_REM_MNT of one unit, €, negative. */
  unit: number;
  executor: Executor;
  specialities: readonly (readonly [number, number])[];
  age: AgeProfile;
  /** Paid by the insured (`false`) or kept from the professional's third-party payment (`true`). */
  thirdParty: boolean;
}

/** Participations forfaitaires (2 € an act), franchises (1 €, 4 € a transport), reductions off the coordinated pathway. */
export const deductions: readonly Deduction[] = [
  {
    code: 1951,
    rem: -34,
    unit: -2,
    executor: "medecin",
    specialities: [
      [1, 60],
      [15, 12],
      [6, 10],
      [3, 6],
      [5, 6],
      [7, 6],
    ],
    age: "tous",
    thirdParty: false,
  },
  {
    code: 1952,
    rem: -48,
    unit: -2,
    executor: "medecin",
    specialities: [
      [1, 50],
      [6, 25],
      [3, 10],
      [8, 5],
      [4, 10],
    ],
    age: "chronique",
    thirdParty: true,
  },
  {
    code: 1957,
    rem: -9,
    unit: -9.6,
    executor: "medecin",
    specialities: [
      [1, 40],
      [5, 15],
      [15, 15],
      [3, 15],
      [11, 15],
    ],
    age: "adulte",
    thirdParty: false,
  },
  { code: 1971, rem: -6, unit: -1, executor: "pharmacie", specialities: [], age: "tous", thirdParty: false },
  {
    code: 1972,
    rem: -72,
    unit: -1,
    executor: "pharmacie",
    specialities: [],
    age: "chronique",
    thirdParty: true,
  },
  {
    code: 1973,
    rem: -1.5,
    unit: -4,
    executor: "transporteur",
    specialities: [],
    age: "chronique",
    thirdParty: false,
  },
  { code: 1974, rem: -9, unit: -4, executor: "transporteur", specialities: [], age: "age", thirdParty: true },
  {
    code: 1975,
    rem: -1.5,
    unit: -1,
    executor: "infirmier",
    specialities: [],
    age: "chronique",
    thirdParty: false,
  },
  { code: 1976, rem: -12, unit: -1, executor: "infirmier", specialities: [], age: "age", thirdParty: true },
  {
    code: 1977,
    rem: -0.5,
    unit: -2,
    executor: "medecin",
    specialities: [[1, 1]],
    age: "tous",
    thirdParty: false,
  },
];
