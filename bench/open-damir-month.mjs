/**
 * A month of Open DAMIR in the published format and of any size: the rows of the synthetic sample, drawn again, each with
 * amounts of its own. Calibrated on A202501: 161 bytes a row as text, 26 in its archive.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openDamirVariables } from "../lib/damir/dist/index.js";
import { ensureSample } from "../lib/pipeline/dist/index.js";

/**
 * Makes the file, unless it is there.
 * @param {string} folder of the files made before
 * @param {number} rows
 * @returns {Promise<string>} its path
 */
export async function monthlyFile(folder, rows) {
  const path = join(folder, `A202501-${rows}.csv.gz`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const { folder: sample } = await ensureSample(folder);
  const csv = `${path}.text.partial`;
  await writeText(sample, rows, csv);
  const archive = `${path}.partial`;
  const gzip = spawn("sh", ["-c", 'gzip -6 < "$1" > "$2"', "sh", csv, archive], { stdio: "inherit" });
  const [code] = await once(gzip, "exit");
  rmSync(csv);
  if (code !== 0) throw new Error("gzip failed");
  renameSync(archive, path);
  return path;
}

/**
 * @param {string} sample folder of the synthetic sample
 * @param {number} rows
 * @param {string} csv
 */
async function writeText(sample, rows, csv) {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "2GB",
    temp_directory: `${csv}.spill`,
  });
  const connection = await instance.connect();
  try {
    // Joins as they are written: rows come out in the order they are drawn.
    await connection.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
    await connection.run(statement(sample, rows, csv));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What isn't taken as it is from the drawn row. @type {Record<string, string>} */
const drawn = {
  flx_ann_moi: "202501",
  prs_nat: "codes.code",
  age_ben_snds: "who.age_ben_snds",
  ben_sex_cod: "who.ben_sex_cod",
  ben_qlt_cod: "who.ben_qlt_cod",
  soi_ann: "lpad(care.soi_ann::VARCHAR, 4, '0')",
  soi_moi: "lpad(care.soi_moi::VARCHAR, 2, '0')",
  prs_act_cog: "coefficient",
  prs_act_nbr: "CASE WHEN what.prs_act_nbr IS NOT NULL THEN quantity END",
  prs_act_qte: "quantity",
  prs_dep_mnt: "fee",
  prs_pai_mnt: "base + fee",
  prs_rem_bse: "base",
  prs_rem_mnt: "reimbursed",
  flt_act_cog: "counted * coefficient",
  flt_act_nbr: "CASE WHEN what.prs_act_nbr IS NOT NULL THEN counted * quantity END",
  flt_act_qte: "counted * quantity",
  flt_pai_mnt: "counted * (base + fee)",
  flt_dep_mnt: "counted * fee",
  flt_rem_mnt: "counted * reimbursed",
};

/**
 * @param {string} sample
 * @param {number} rows
 * @param {string} csv
 */
function statement(sample, rows, csv) {
  const variables = [...openDamirVariables().values()].filter(({ variable }) => !/_zeat(_|$)/.test(variable));
  const fields = variables.map(({ variable, type }) => {
    const value = drawn[variable] ?? `what.${variable}`;
    return `coalesce(${type.startsWith("DECIMAL") ? decimalText(value) : `(${value})::VARCHAR`}, '')`;
  });
  const header = variables.map(({ variable }) => `${variable.toUpperCase()};`).join("");
  const uniform = (/** @type {number} */ seed) => `(hash(i, ${seed}) % 1000000) / 1000000.0`;
  return `COPY (
    WITH template AS (
      SELECT *, row_number() OVER (ORDER BY hash(flx_ann_moi, prs_nat, flt_rem_mnt)) - 1 AS id
      FROM read_parquet('${sample}/damir/*.parquet')),
    codes AS (
      SELECT code, row_number() OVER (ORDER BY hash(code)) - 1 AS id
      FROM read_parquet('${sample}/nomenclature_prs_nat/*.parquet')),
    month AS (SELECT soi_ann, soi_moi, row_number() OVER () - 1 AS id FROM template WHERE flx_ann_moi = 202501),
    sizes AS (SELECT count(*) AS n, (SELECT count(*) FROM month) AS m, (SELECT count(*) FROM codes) AS c FROM template),
    -- Rows near one another are often alike in the published file, which its archive takes advantage of.
    draw AS (
      SELECT i, c, hash(i - hash(i, 9)::HUGEINT % 5, 1) % n AS what_id, hash(i, 2) % n AS who_id, hash(i, 3) % m AS care_id,
        1.0 - ${uniform(4)} AS u, ${uniform(5)} AS v, ${uniform(6)} AS w, ${uniform(7)} AS x
      FROM range(${rows}) t(i), sizes),
    amount AS (
      SELECT draw.*, what, who, care, least(floor(u ** -0.75), 9999)::BIGINT AS quantity,
        (hash(what.prs_nat, floor(6 * v ** 3)) % c)::BIGINT AS nature,
        CASE WHEN what.prs_pai_mnt <> 0 AND what.flt_pai_mnt = 0 THEN 0 ELSE 1 END AS counted,
        -- One of a few tariffs, or the sum of different acts.
        CASE WHEN x < 0.92 THEN hash(nature, floor(12 * w ** 2)) % 6000 / 100.0 ELSE 2 + w * 90 END AS price
      FROM draw JOIN template what ON what.id = what_id JOIN template who ON who.id = who_id
        JOIN month care ON care.id = care_id),
    money AS (
      SELECT *, CASE WHEN what.prs_rem_bse = 0 THEN 0 ELSE (quantity * price)::DECIMAL(18,2) END AS base,
        CASE WHEN what.prs_dep_mnt <> 0 AND hash(i, 8) % 10 < 3
          THEN (quantity * floor(w * 40) / 2)::DECIMAL(18,2) ELSE 0 END AS fee,
        CASE WHEN what.prs_rem_mnt < 0 THEN -quantity * 1.00 WHEN what.prs_rem_mnt = 0 THEN 0
          ELSE (quantity * price * least(what.prs_rem_tau, 100) / 100) END::DECIMAL(18,2) AS reimbursed,
        (quantity * greatest(1, least(9, what.prs_act_cog / greatest(what.prs_act_qte, 1))))::DECIMAL(18,1) AS coefficient
      FROM amount)
    SELECT concat(${fields.join(", ';',\n")}, ';') AS "${header}" FROM money JOIN codes ON codes.id = nature
  ) TO '${csv}' (FORMAT csv, DELIM '|', HEADER, QUOTE '', ESCAPE '')`;
}

/** @param {string} value a decimal, as published: `.51`, `-.31`, `12`, `4.4` */
function decimalText(value) {
  const text = `rtrim(rtrim((${value})::VARCHAR, '0'), '.')`;
  return `CASE WHEN starts_with(${text}, '0.') THEN substr(${text}, 2)
    WHEN starts_with(${text}, '-0.') THEN '-' || substr(${text}, 3) ELSE ${text} END`;
}
