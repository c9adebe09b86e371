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
export type Season = "stable" | "hiver" | "ete-creux" | "automne" | "dépistage" | "arret" | "cure";

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

/** Weighted specialities that several prestations share; `h` is a prescription made in a hospital, speciality unknown. */
const mixes: Readonly<Record<string, string>> = {
  spécialistes: "3:9 5:8 6:2 7:11 8:6 9:1 11:7 12:5 13:4 14:7 15:17 31:2 32:5 33:4 4:12 35:1 42:4 2:2 34:1",
  technique: "3:24 15:26 8:17 6:5 1:7 13:5 7:4 5:4 11:4 32:2 35:2",
  "pour-imagerie": "1:58 h:10 4:9 14:8 32:4 7:3 13:3 8:2 11:2 31:1",
  généraliste: "1:72 h:14 4:3 3:2 14:2 7:2 12:2 33:1 32:1 8:1",
  "pour-kiné": "1:62 h:12 4:12 14:9 31:3 32:2",
  médicament: "1:62 h:14 3:5 33:4 15:3 5:2 12:2 7:2 42:1 8:1 14:1 32:1 13:1 36:1",
  hôpital: "h:58 1:12 14:6 8:6 5:5 32:5 13:4 42:2 35:2",
  séjour: "h:9 1:1",
};

/**
 * The ten largest as published, the others in plausible proportions (orders of magnitude of the published accounts of
 * health care, no more). Columns: the fields of `Prestation` in their order; a mix is a name of `mixes` or
 * `code:weight …`; the season `sans-date` is that of what is paid without month of care.
 */
const table = `
# Consultations and visits
1110 | medecin | 482.8 | 23.45 | tous | hiver | 70 | 0.03 | 1 | 0.54 | 1:1 | -
1192 | medecin | 14 | 20 | adulte | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1210 | medecin | 30 | 27 | dependance | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1214 | medecin | 18 | 62 | dependance | stable | 100 | 0 | 1 | 0.54 | 1:1 | -
1224 | medecin | 11 | 9 | dependance | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1125 | medecin | 3 | 3.5 | tous | stable | 70 | 0 | 1 | 0.54 | 1:1 | -
1933 | medecin | 4 | 20 | enfant | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1935 | medecin | 6 | 18 | enfant | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1938 | medecin | 4 | 22 | dependance | hiver | 70 | 0 | 1 | 0.54 | 1:1 | -
1112 | medecin | 95 | 19 | tous | ete-creux | 70 | 0.62 | 1 | 0.54 | spécialistes | 1:74 h:6 3:4 4:5 7:4 14:4 15:3
1103 | medecin | 55 | 42 | tous | ete-creux | 70 | 0.35 | 1 | 0.54 | spécialistes | 1:82 h:6 3:3 4:3 14:3 7:3
1114 | medecin | 22 | 38 | chronique | stable | 70 | 0.15 | 1 | 0.54 | 3:1 | 1:85 h:8 42:4 13:3
1041 | medecin | 48 | 36 | adulte | stable | 70 | 0.2 | 1 | 0.54 | 33:4 32:1 | -
1043 | medecin | 18 | 25 | enfant | hiver | 70 | 0.25 | 1 | 0.54 | 12:1 | -
1126 | medecin | 19 | 3.6 | chronique | stable | 70 | 0 | 1 | 0.54 | spécialistes | -
1173 | medecin | 92 | 5.4 | tous | sans-date | 0 | 0 | 1 | 0.54 | 1:1 | -
# Technical acts, imaging, surgery
1352 | medecin | 430.1 | 44.25 | chronique | ete-creux | 70 | 0.16 | 1 | 0.54 | technique | 1:55 3:8 h:14 8:6 15:8 4:3 14:2 13:2 42:2
1321 | medecin | 235 | 150 | chronique | ete-creux | 90 | 0.5 | 1 | 0.54 | 4:55 15:20 7:8 11:7 18:4 8:3 5:3 | 4:40 15:20 1:18 7:8 11:7 h:7
1322 | medecin | 28 | 190 | maternite | stable | 100 | 0.35 | 1 | 1 | 7:1 | -
1323 | medecin | 98 | 88 | chronique | stable | 90 | 0.3 | 1 | 0.54 | 2:1 | 4:60 15:20 7:12 8:8
1324 | medecin | 168 | 44 | chronique | ete-creux | 70 | 0.2 | 1 | 0.6 | 6:46 3:22 7:22 15:4 1:3 8:1 35:2 | pour-imagerie
1351 | medecin | 225 | 32 | chronique | ete-creux | 70 | 0.07 | 1 | 0.54 | 6:1 | pour-imagerie
1335 | medecin | 9 | 46 | depistage | dépistage | 70 | 0.22 | 1 | 0.995 | 6:1 | 1:45 7:45 h:6 6:4
1336 | medecin | 16 | 66 | depistage | dépistage | 100 | 0 | 1 | 1 | 6:1 | 1:20 7:20 6:60
1341 | medecin | 34 | 27 | chronique | stable | 70 | 0.06 | 1 | 0.54 | 37:1 | 8:26 7:22 5:20 4:16 15:2 h:8 1:6
2351 | etablissement | 110 | 72 | chronique | stable | 100 | 0 | 1 | 0.54 | - | pour-imagerie
# Dental and midwives
1451 | dentiste | 150 | 29 | tous | ete-creux | 60 | 0.1 | 1 | 0.54 | - | -
1454 | dentiste | 24 | 17 | tous | ete-creux | 60 | 0.02 | 1 | 0.54 | - | -
1401 | dentiste | 45 | 72 | adulte | stable | 60 | 3.1 | 1 | 0.54 | - | -
1402 | dentiste | 32 | 72 | adulte | stable | 60 | 3.6 | 1 | 0.54 | - | -
1419 | dentiste | 18 | 110 | age | stable | 60 | 3.4 | 1 | 0.54 | - | -
1466 | dentiste | 45 | 135 | enfant | stable | 100 | 2.2 | 1 | 0.54 | - | -
1911 | sage-femme | 36 | 22 | maternite | stable | 70 | 0.03 | 1 | 1 | - | -
# Nurses, physiotherapists, other auxiliaries
3111 | infirmier | 327.5 | 5.55 | age | stable | 60 | 0 | 1 | 0.58 | - | généraliste
3112 | infirmier | 88 | 9.6 | dependance | stable | 60 | 0 | 1 | 0.58 | - | généraliste
3117 | infirmier | 16 | 4.4 | age | stable | 60 | 0 | 1 | 0.58 | - | généraliste
1848 | infirmier | 96 | 2.3 | dependance | stable | 60 | 0 | 1 | 0.58 | - | généraliste
1811 | infirmier | 66 | 0.38 | dependance | stable | 60 | 0 | 1 | 0.58 | - | généraliste
3125 | masseur | 55 | 15.5 | chronique | ete-creux | 60 | 0 | 1 | 0.54 | - | pour-kiné
3122 | masseur | 125 | 16 | chronique | ete-creux | 60 | 0 | 1 | 0.54 | - | pour-kiné
3152 | masseur | 38 | 15 | chronique | ete-creux | 60 | 0 | 1 | 0.54 | - | pour-kiné
3157 | masseur | 33 | 17 | dependance | ete-creux | 60 | 0 | 1 | 0.54 | - | pour-kiné
3132 | orthophoniste | 84 | 28 | enfant | ete-creux | 60 | 0 | 1 | 0.4 | - | 1:70 12:16 11:8 h:6
3133 | orthoptiste | 14 | 17 | enfant | stable | 60 | 0 | 1 | 0.54 | - | 15:80 1:20
3134 | pedicure | 9 | 27 | age | stable | 60 | 0 | 1 | 0.54 | - | 1:80 42:20
# Biology
3211 | laboratoire | 275 | 2.9 | chronique | ete-creux | 60 | 0 | 1 | 0.58 | - | 1:60 h:16 7:8 42:3 3:3 14:3 8:3 35:2 33:2
3222 | laboratoire | 10 | 2.6 | chronique | stable | 60 | 0 | 1 | 0.54 | - | généraliste
# Drugs and pharmacy
3313 | pharmacie | 1514.8 | 14.485 | chronique | hiver | 65 | 0 | 1 | 0.54 | - | médicament
3311 | pharmacie | 674.1 | 533.8 | chronique | stable | 100 | 0 | 1 | 0.5 | - | hôpital
3312 | pharmacie | 62 | 2.3 | chronique | hiver | 30 | 0 | 1 | 0.54 | - | médicament
3341 | pharmacie | 9 | 0.75 | chronique | stable | 15 | 0 | 1 | 0.54 | - | médicament
3314 | pharmacie | 18 | 420 | enfant | stable | 100 | 0 | 1 | 0.42 | - | h:70 12:22 42:8
3315 | pharmacie | 70 | 520 | adulte | stable | 100 | 0 | 1 | 0.33 | - | h:78 1:22
3316 | pharmacie | 292 | 470 | chronique | stable | 100 | 0 | 1 | 0.5 | - | hôpital
3317 | etablissement | 288 | 1250 | chronique | stable | 100 | 0 | 1 | 0.48 | - | hôpital
3364 | pharmacie | 150 | 0.72 | chronique | stable | 65 | 0 | 1 | 0.54 | - | médicament
3365 | pharmacie | 28 | 1.1 | age | stable | 65 | 0 | 1 | 0.54 | - | médicament
3366 | pharmacie | 52 | 3.2 | chronique | stable | 65 | 0 | 1 | 0.54 | - | médicament
3331 | pharmacie | 9 | 6.4 | age | automne | 65 | 0 | 1 | 0.54 | - | 1:45 h:55
3360 | pharmacie | 7 | 6.1 | age | automne | 70 | 0 | 1 | 0.54 | - | -
# Devices, optics, hearing
3511 | fournisseur | 175 | 20 | age | stable | 60 | 0 | 1 | 0.54 | - | 13:48 h:26 1:20 3:6
3512 | fournisseur | 270 | 15 | chronique | stable | 60 | 0 | 1.1 | 0.54 | - | généraliste
3513 | fournisseur | 118 | 11 | chronique | stable | 60 | 0 | 1.3 | 0.54 | - | généraliste
3514 | fournisseur | 88 | 7.5 | chronique | stable | 60 | 0 | 1.25 | 0.54 | - | généraliste
3515 | pharmacie | 105 | 2.5 | age | stable | 60 | 0 | 1.2 | 0.54 | - | généraliste
3545 | fournisseur | 58 | 620 | adulte | stable | 100 | 0 | 1 | 0.54 | - | h:55 31:30 4:10 1:5
3551 | etablissement | 172 | 410 | chronique | stable | 100 | 0 | 1 | 0.54 | - | 4:62 3:22 15:16
3506 | fournisseur | 2.4 | 5.4 | adulte | stable | 60 | 0 | 3.3 | 0.54 | - | 15:82 1:18
3508 | fournisseur | 11 | 15 | chronique | stable | 60 | 0 | 4.6 | 0.54 | - | 15:82 1:18
3563 | fournisseur | 0.075 | 0.03 | adulte | stable | 60 | 0 | 2200 | 0.54 | - | 15:84 1:16
3520 | fournisseur | 0.065 | 0.03 | chronique | stable | 60 | 0 | 3500 | 0.54 | - | 15:84 1:16
3586 | fournisseur | 13 | 240 | age | stable | 60 | 0 | 2.4 | 0.54 | - | 11:70 1:30
3588 | fournisseur | 18 | 240 | age | stable | 60 | 0 | 4.2 | 0.54 | - | 11:70 1:30
# Transport
4212 | transporteur | 76 | 82 | dependance | stable | 55 | 0 | 1 | 0.54 | - | h:78 1:22
4213 | transporteur | 66 | 27 | age | stable | 55 | 0 | 1 | 0.54 | - | h:66 1:26 35:4 4:4
4214 | transporteur | 268 | 47 | age | stable | 55 | 0 | 1 | 0.54 | - | h:70 1:22 35:4 33:4
# Hospital
2111 | etablissement | 728.3 | 804.2 | age | ete-creux | 80 | 0 | 1 | 0.54 | - | séjour
2110 | etablissement | 205 | 175 | dependance | stable | 80 | 0 | 1 | 0.54 | - | séjour
2211 | etablissement | 296 | 265 | adulte | stable | 80 | 0 | 1 | 0.54 | - | séjour
2213 | etablissement | 298 | 190 | enfant | ete-creux | 100 | 0 | 1 | 0.34 | - | séjour
2201 | etablissement | 280 | 2400 | chronique | stable | 80 | 0 | 1 | 0.54 | - | séjour
2202 | etablissement | 300 | 36 | dependance | stable | 100 | 0 | 1 | 0.7 | - | séjour
2203 | etablissement | 130 | 42 | dependance | stable | 100 | 0 | 1 | 0.64 | - | séjour
2129 | etablissement | 88 | 290 | age | stable | 100 | 0 | 1 | 0.4 | - | séjour
2132 | etablissement | 72 | 250 | age | stable | 100 | 0 | 1 | 0.4 | - | séjour
2115 | etablissement | 45 | 340 | age | stable | 80 | 0 | 1 | 0.54 | - | séjour
1081 | etablissement | 24 | 31 | tous | hiver | 80 | 0 | 1 | 0.54 | - | séjour
# Allowances
6111 | caisse | 592.7 | 34.18 | actif | arret | 0 | 0 | 1 | 0.54 | - | 1:74 h:14 33:5 4:4 14:3
6112 | caisse | 417.3 | 33.35 | actif-age | stable | 0 | 0 | 1 | 0.54 | - | 1:56 33:18 h:14 4:6 14:6
6115 | caisse | 399.3 | 58.61 | actif | arret | 0 | 0 | 1 | 0.42 | - | 1:72 h:18 4:10
6116 | caisse | 170 | 52 | actif-age | stable | 0 | 0 | 1 | 0.44 | - | 1:62 h:20 4:18
6117 | caisse | 74 | 26 | actif | stable | 0 | 0 | 1 | 0.62 | - | 1:70 h:16 33:14
6121 | caisse | 78 | 47 | maternite | stable | 0 | 0 | 1 | 1 | - | 7:60 h:30 1:10
6122 | caisse | 132 | 47 | maternite | stable | 0 | 0 | 1 | 0.99 | - | 7:60 h:35 1:5
7111 | caisse | 696.4 | 860.7 | actif-age | sans-date | 0 | 0 | 1 | 0.54 | - | -
7113 | caisse | 20 | 1150 | actif-age | sans-date | 0 | 0 | 1 | 0.54 | - | -
8111 | caisse | 295 | 340 | actif-age | sans-date | 0 | 0 | 1 | 0.3 | - | -
8113 | caisse | 94 | 1350 | age | sans-date | 0 | 0 | 1 | 0.95 | - | -
4511 | caisse | 11 | 3600 | actif-age | stable | 0 | 0 | 1 | 0.54 | - | -
# Others
4331 | caisse | 42 | 160 | adulte | stable | 70 | 0 | 1 | 0.54 | - | -
4142 | etablissement | 12 | 420 | age | cure | 65 | 0 | 1 | 0.54 | - | 1:92 14:8
`;

/** The PRS_NAT of the sample. */
export const prestations: readonly Prestation[] = table
  .trim()
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .map(readPrestation);

function readPrestation(line: string): Prestation {
  const [code, executor, rem, unit, age, season, rate, excessFee, price, women, specialities, prescribers] =
    line.split(" | ");
  const undated = season === "sans-date";
  return {
    code: Number(code),
    executor: executor as Executor,
    rem: Number(rem),
    unit: Number(unit),
    age: age as AgeProfile,
    season: undated ? "stable" : (season as Season),
    rate: Number(rate),
    excessFee: Number(excessFee),
    price: Number(price),
    women: Number(women),
    specialities: readMix(specialities),
    prescribers: readMix(prescribers),
    undated,
  };
}

function readMix(text = "-"): [number, number][] {
  if (text === "-") return [];
  return (mixes[text] ?? text).split(" ").map((part) => {
    const [code, weight] = part.split(":");
    return [code === "h" ? -1 : Number(code), Number(weight)];
  });
}

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
