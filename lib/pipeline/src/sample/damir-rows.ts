import type { Amounts } from "./damir-amounts.js";
import type { Draw } from "./damir-draw.js";
import { ages, regions } from "./damir-plan.js";
import { deductions, prestations, type Executor } from "./prestations.js";
import { Choice, type Random } from "./random.js";

type Row = Record<string, number | string | null>;

/** PSE_ACT_SNDS and PSE_ACT_CAT of each executor. */
const activities: Readonly<Record<Executor, readonly [number, number]>> = {
  medecin: [0, 1],
  dentiste: [19, 4],
  "sage-femme": [21, 5],
  infirmier: [24, 6],
  masseur: [26, 7],
  pedicure: [27, 8],
  orthophoniste: [28, 9],
  orthoptiste: [29, 9],
  laboratoire: [30, 3],
  pharmacie: [50, 2],
  fournisseur: [60, 2],
  transporteur: [55, 2],
  etablissement: [0, 0],
  caisse: [0, 99],
};

const knownRegions = regions.filter((region) => region !== 99);
const anyRegion = new Choice(knownRegions.map((region) => [region, 1] as const));
const hospitals = new Choice([
  [1102, 52],
  [1101, 36],
  [1106, 6],
  [1103, 6],
] as const);
const clinics = new Choice([
  [1110, 88],
  [1103, 6],
  [1205, 6],
] as const);
const homes = new Choice([
  [4401, 80],
  [4402, 20],
] as const);
const disabled = new Choice([
  [4101, 60],
  [4102, 20],
  [4106, 20],
] as const);
const hospitalSpecialities = new Choice([
  [0, 40],
  [1, 30],
  [4, 8],
  [3, 6],
  [33, 5],
  [32, 4],
  [8, 4],
  [13, 3],
] as const);
const otherShares = new Choice([
  [2, 26],
  [5, 44],
  [6, 8],
  [7, 8],
  [10, 4],
  [11, 4],
  [12, 2],
  [4, 4],
] as const);
const pathway = new Choice([
  [1, 66],
  [7, 8],
  [5, 5],
  [3, 5],
  [22, 4],
  [33, 8],
  [6, 4],
] as const);
const specialistPathway = new Choice([
  [3, 58],
  [4, 16],
  [22, 10],
  [21, 6],
  [33, 6],
  [5, 4],
] as const);

/** Every variable of a row of `damir`, coherent with its draw: the shapes are those of the published lines. */
export function damirRow(month: number, draw: Draw, amounts: Amounts, random: Random): Row {
  const deduction = draw.kind.startsWith("deduction") ? deductions[draw.item] : undefined;
  const prestation = deduction ? undefined : prestations[draw.item];
  const executor = deduction?.executor ?? prestation?.executor ?? "caisse";
  const code = deduction?.code ?? prestation?.code ?? 0;
  const grouped =
    draw.kind === "grouped" || draw.kind === "filtered-grouped" || draw.kind === "deduction-grouped";
  const filtered = draw.kind === "filtered" || draw.kind === "filtered-grouped";
  const region = regions[draw.region] ?? 99;
  const inHospital = executor === "etablissement";
  const home = region === 99 ? random.pick(anyRegion) : region;
  const near = random.chance(0.93) ? home : random.pick(anyRegion);
  const remTyp = grouped ? 99 : draw.kind === "supplement" ? 1 : filtered ? random.pick(otherShares) : 0;
  const reversed = draw.kind === "reversal";

  const row: Row = {
    flx_ann_moi: month,
    org_cle_reg: random.chance(region === 99 ? 0.3 : 0.12) ? 99 : home,
    age_ben_snds: ages[draw.age] ?? 99,
    ben_res_reg: region,
    ben_cmu_top: grouped
      ? 9
      : remTyp === 5 || remTyp === 6
        ? 1
        : executor === "caisse"
          ? 2
          : random.chance(0.09)
            ? 1
            : 0,
    ben_qlt_cod: draw.age === 0 ? 3 : random.chance(0.93) ? 1 : random.chance(0.7) ? 2 : 4,
    ben_sex_cod: draw.sex,
    ddp_spe_cod: grouped || executor === "caisse" ? 0 : 121,
    ete_cat_snds: 9999,
    ete_reg_cod: 99,
    ete_typ_snds: 99,
    mdt_typ_cod: 9,
    mft_cod: 99,
    prs_fjh_typ: draw.withoutNumber ? 8 : 0,
    att_nat: 0,
    cpl_cod: draw.outOfHours ? complement(code, random) : 0,
    cpt_env_typ: grouped ? 9 : executor === "caisse" && code >= 7000 ? 3 : 1,
    drg_aff_nat: grouped ? 99 : remTyp === 5 ? 38 : executor === "caisse" ? 11 : random.chance(0.8) ? 35 : 11,
    ete_ind_taa: 9,
    exo_mtf: grouped ? 99 : amounts.exemption,
    mtm_nat: grouped
      ? 9
      : region === 44 && remTyp === 0 && random.chance(0.3)
        ? 2
        : random.chance(0.01)
          ? 1
          : 0,
    prs_nat: code,
    prs_ppu_sec: 2,
    prs_rem_tau: amounts.base === 0 && grouped && random.chance(0.05) ? 999 : amounts.rate / 100,
    prs_rem_typ: remTyp,
    prs_pds_qcp: 31,
    exe_ins_reg: near,
    pse_act_snds: activities[executor][0],
    pse_act_cat: activities[executor][1],
    pse_spe_snds: draw.speciality,
    pse_stj_snds: executor === "caisse" ? 9 : 1,
    top_ps5_trg: grouped ? 9 : remTyp === 5 || remTyp === 6 ? 0 : 1,
    etb_dcs_mco: inHospital ? "M" : "Z",
  };
  care(row, month, draw);
  insurance(row, code, prestation?.age === "maternite", random);
  if (inHospital) hospital(row, code, home, grouped, random);
  if (executor === "medecin" && !grouped) {
    const off = amounts.rate === 3000 && prestation?.rate === 70;
    row["prs_pds_qcp"] = off
      ? random.chance(0.7)
        ? 24
        : 23
      : draw.speciality === 1
        ? random.pick(pathway)
        : random.pick(specialistPathway);
  }
  prescriber(row, draw, executor, near, random);
  measures(row, draw, amounts, filtered, reversed);
  return row;
}

function care(row: Row, month: number, draw: Draw): void {
  if (draw.months < 0) {
    const nil = draw.delay < 0;
    row["soi_ann"] = nil ? 0 : 1;
    row["soi_moi"] = nil ? 0 : 1;
    return;
  }
  const index = Math.max(2001 * 12, Math.floor(month / 100) * 12 + (month % 100) - 1 - draw.months);
  row["soi_ann"] = Math.floor(index / 12);
  row["soi_moi"] = (index % 12) + 1;
}

function insurance(row: Row, code: number, maternity: boolean, random: Random): void {
  const accident =
    code === 6115 || code === 6116 || code === 8111 || code === 8113 || (code < 7000 && random.chance(0.02));
  row["asu_nat"] = maternity
    ? 30
    : accident
      ? 40
      : code === 7111 || code === 7113
        ? 80
        : code === 4511
          ? 50
          : code === 1336
            ? 90
            : 10;
  row["att_nat"] = row["asu_nat"] === 40 ? (random.chance(0.7) ? 1 : random.chance(0.55) ? 2 : 3) : 0;
}

/** Night, Sunday or emergency. */
function complement(code: number, random: Random): number {
  return code === 1321 || code === 1351 ? 3 : random.chance(0.4) ? 1 : random.chance(0.8) ? 2 : 3;
}

function hospital(row: Row, code: number, home: number, grouped: boolean, random: Random): void {
  const nursing = code === 2202 || code === 2203;
  const education = code === 2213;
  const clinic =
    !nursing && !education && random.chance(code === 2111 || code === 2110 || code === 2211 ? 0.7 : 0.35);
  row["ete_cat_snds"] = nursing
    ? random.pick(homes)
    : education
      ? random.pick(disabled)
      : code === 2110
        ? 1107
        : random.pick(clinic ? clinics : hospitals);
  row["ete_reg_cod"] = home;
  row["ete_typ_snds"] = clinic ? (random.chance(0.8) ? 4 : 2) : nursing || education ? 6 : 1;
  row["etp_reg_cod"] = home;
  row["etp_cat_snds"] = row["ete_cat_snds"];
  row["mdt_typ_cod"] = code === 2203 ? 3 : code === 1081 || code === 2351 || code === 3317 ? 2 : 1;
  row["mft_cod"] = nursing ? 19 : education ? 5 : clinic ? 7 : 3;
  row["ddp_spe_cod"] = grouped
    ? 0
    : code === 2351
      ? 16
      : code === 2129 || code === 2132
        ? 14
        : code === 2110
          ? 43
          : nursing
            ? 101
            : education
              ? 81
              : random.chance(0.5)
                ? 11
                : 22;
  row["cpt_env_typ"] = grouped ? 9 : 2;
  row["drg_aff_nat"] = grouped ? 99 : 36;
  row["ete_ind_taa"] = nursing || education ? 0 : clinic ? 2 : 1;
  row["prs_ppu_sec"] = clinic || nursing || education ? 2 : 1;
  row["exe_ins_reg"] = 99;
  row["pse_stj_snds"] = 2;
  row["etb_dcs_mco"] = nursing || education ? "Z" : "M";
}

const prescribersOf = new Map(
  prestations
    .filter(({ prescribers }) => prescribers.length > 0)
    .map(({ code, prescribers }) => [code, new Choice(prescribers)]),
);

/** Which other specialists send patients to a speciality, or come back to it themselves. */
const referrals = new Map<number, Choice<number>>(
  Object.entries({
    2: "4:70 15:20 8:10",
    3: "3:60 13:10 42:12 35:8 4:10",
    4: "4:72 14:14 8:14",
    5: "5:80 14:10 4:10",
    7: "7:86 42:14",
    8: "8:62 4:16 42:6 9:6 14:5 13:5",
    11: "11:80 12:20",
    13: "13:70 3:20 11:10",
    15: "15:82 42:10 32:8",
    32: "32:70 33:20 15:10",
    35: "35:80 42:20",
  }).map(([speciality, mix]) => [
    Number(speciality),
    new Choice(mix.split(" ").map((part) => part.split(":").map(Number) as [number, number])),
  ]),
);

function prescriber(row: Row, draw: Draw, executor: Executor, near: number, random: Random): void {
  row["etp_reg_cod"] ??= 99;
  row["etp_cat_snds"] ??= 9999;
  const choice = prescribersOf.get(Number(row["prs_nat"]));
  if (!choice) {
    // No prescription: the professional decides alone.
    const alone = executor === "caisse" || executor === "transporteur" || executor === "pharmacie";
    const self =
      executor === "etablissement"
        ? [99, 0, 0, 0, 2]
        : [near, row["pse_act_snds"], row["pse_act_cat"], draw.speciality, 1];
    setPrescriber(row, alone ? [99, 0, 99, 0, 9] : (self as number[]));
    return;
  }
  const usual = random.pick(choice);
  const referring = usual > 1 ? referrals.get(draw.speciality) : undefined;
  const speciality = referring ? random.pick(referring) : usual;
  if (speciality === -1) {
    setPrescriber(row, [99, 0, 0, random.pick(hospitalSpecialities), 2]);
    if (row["etp_cat_snds"] === 9999) {
      row["etp_cat_snds"] = random.pick(hospitals);
      row["etp_reg_cod"] = near;
    }
  } else setPrescriber(row, [near, 0, 1, speciality, 1]);
}

function setPrescriber(row: Row, [region, activity, category, speciality, status]: number[]): void {
  row["pre_ins_reg"] = region ?? 99;
  row["psp_act_snds"] = activity ?? 0;
  row["psp_act_cat"] = category ?? 99;
  row["psp_spe_snds"] = speciality ?? 0;
  row["psp_stj_snds"] = status ?? 9;
}

/** PRS_* and what of them is in FLT_*. */
function measures(row: Row, draw: Draw, amounts: Amounts, filtered: boolean, reversed: boolean): void {
  const { quantity } = amounts;
  const counted = !filtered && draw.kind !== "supplement";
  const perAct = row["pse_act_snds"] === 30 ? 24 : row["pse_act_snds"] === 24 ? 1.5 : 1;
  const coefficient = quantity * perAct;
  const number = reversed ? quantity : Math.max(1, Math.round(quantity * 0.97));
  row["prs_act_cog"] = coefficient;
  row["prs_act_nbr"] = draw.withoutNumber ? null : number;
  row["prs_act_qte"] = quantity;
  row["prs_dep_mnt"] = amounts.fee / 100;
  row["prs_pai_mnt"] = amounts.expense / 100;
  row["prs_rem_bse"] = amounts.base / 100;
  row["prs_rem_mnt"] = amounts.reimbursed / 100;
  row["flt_act_cog"] = counted ? coefficient : 0;
  row["flt_act_nbr"] = !counted ? 0 : draw.withoutNumber ? null : number;
  row["flt_act_qte"] = counted ? quantity : 0;
  row["flt_pai_mnt"] = counted ? amounts.expense / 100 : 0;
  row["flt_dep_mnt"] = counted ? amounts.fee / 100 : 0;
  row["flt_rem_mnt"] = filtered ? 0 : amounts.reimbursed / 100;
}
