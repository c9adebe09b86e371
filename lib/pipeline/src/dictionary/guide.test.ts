import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { codes, connect, projectRoot, sampleFolder, type Damir } from "damir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSample } from "../sample/index.js";
import { publishedTotals } from "../sample/calibration.js";
import { pagesFolder } from "./pages.js";

const guide = join(projectRoot, "docs", "guide");
const names = readdirSync(guide).filter((name) => name.endsWith(".md"));
const pages = new Map(names.map((name) => [name, readFileSync(join(guide, name), "utf8")]));
const text = [...pages.values()].join("\n").replace(/\s+/g, " ");

const home = mkdtempSync(join(tmpdir(), "damir-guide-"));
let damir: Damir;

beforeAll(async () => {
  await generateSample(sampleFolder(home));
  damir = await connect({ home });
}, 300_000);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Runs a query as it is written in a page. */
const run = (statement: string) => damir.sql(Object.assign([statement], { raw: [statement] }));

function blocks(language: string, page: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, block = ""]) => block,
  );
}

const statements = [
  ...[...pages].flatMap(([name, page]) => blocks("sql", page).map((block) => [name, block] as const)),
  ...blocks("sql", readFileSync(join(pagesFolder, "postes", "README.md"), "utf8")).map(
    (block) => ["dictionnaire/postes", block] as const,
  ),
];

describe("the guide's queries", () => {
  it.each(statements)("of %s run and find something: %#", async (_, statement) => {
    const { rows } = await run(statement);
    expect(rows.length).toBeGreaterThan(0);
  });

  it("are as many as the pages show", () => {
    expect(statements.length).toBeGreaterThanOrEqual(7);
  });
});

describe("the guide's Python", () => {
  it("gives what the lab gives, and says that the data are synthetic", async () => {
    const [program = ""] = blocks("python", pages.get("python-et-r.md") ?? "");
    const output = execFileSync(pythonWithDuckdb(), ["-c", program], {
      env: { ...process.env, DAMIR_HOME: home, PYTHONIOENCODING: "utf-8" },
      encoding: "utf8",
    });
    const statement = /base\.sql\("""([\s\S]*?)"""\)/.exec(program)?.[1] ?? "";
    const { rows } = await run(statement);
    const lines = output.trimEnd().split(/\r?\n/);
    expect(lines.pop()).toBe("DONNÉES SYNTHÉTIQUES, à ne pas publier");
    const wanted = rows.map((row) => [row["libelle"], Number(row["rembourse"])]);
    expect(lines.map((line) => line.split(" ; ")).map(([label, sum]) => [label, Number(sum)])).toEqual(
      wanted,
    );
    expect(wanted.length).toBeGreaterThan(30);
  }, 180_000);
});

describe("the guide's figures", () => {
  const share = (variable: string, code: string) => {
    const list = codes(variable);
    const rows = list.reduce((sum, { lignes_a202401: count }) => sum + Number(count), 0);
    return (100 * Number(list.find((entry) => entry.code === code)?.lignes_a202401)) / rows;
  };
  const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, " ");
  const french = (value: number) => value.toFixed(1).replace(".", ",");

  it.each(["ben_res_reg", "org_cle_reg", "exe_ins_reg", "pre_ins_reg", "ete_reg_cod", "etp_reg_cod"])(
    "of the unknown region of %s are those of A202401",
    (variable) => {
      expect(text).toMatch(new RegExp(`\`${variable}\` \\|[^|]*\\| ${french(share(variable, "99"))} %`));
    },
  );

  it("of the codes in use are those of A202401", () => {
    const edition = codes("prs_nat").filter(({ editions }) => editions.includes("2024"));
    const used = edition.filter(({ lignes_a202401: rows }) => rows !== "").length;
    expect(text).toContain(`et ${used} seulement dans A202401`);
    expect(text).toContain(`${edition.length - used} codes du dictionnaire sur 1 570`);
  });

  it("of January 2025 are the published totals", () => {
    const billions = (value: number) => (value / 1e9).toFixed(2).replace(".", ",");
    const { prs_pai_mnt, flt_pai_mnt, prs_rem_mnt, flt_rem_mnt, flt_act_qte } = publishedTotals;
    expect(text).toContain(
      `| Dépense | ${billions(prs_pai_mnt)} milliards d'euros | ${billions(flt_pai_mnt)} |`,
    );
    expect(text).toContain(
      `| Remboursement | ${billions(prs_rem_mnt)} milliards d'euros | ${billions(flt_rem_mnt)} |`,
    );
    expect(text).toContain(`${grouped(Math.trunc(flt_rem_mnt))},${flt_rem_mnt.toFixed(2).slice(-2)} €`);
    expect(text).toContain(`${grouped(flt_act_qte)} unités mêlées`);
  });

  it("of the drawing add up", () => {
    const drawing = readFileSync(join(guide, "remboursement.svg"), "utf8");
    const euros = (label: RegExp) => Number((label.exec(drawing)?.[1] ?? "").replace(",", "."));
    const spent = euros(/Dépense<[\s\S]*?>([\d,]+) €/);
    const base = euros(/Base[^<]*<[\s\S]*?>([\d,]+) €/);
    const excess = euros(/Dépassement<[\s\S]*?>([\d,]+) €/);
    const reimbursed = euros(/Remboursé : base × 70 %<[\s\S]*?>([\d,]+) €/);
    const share = euros(/Ticket modérateur<[\s\S]*?>([\d,]+) €/);
    const paid = euros(/Versé<[\s\S]*?>([\d,]+) €/);
    expect(base + excess).toBeCloseTo(spent, 2);
    expect(base * 0.7).toBeCloseTo(reimbursed, 2);
    expect(reimbursed + share).toBeCloseTo(base, 2);
    expect(reimbursed - paid).toBe(8);
  });
});

it("the guide links to pages that exist", () => {
  for (const [name, page] of pages) {
    for (const [, link = ""] of page.matchAll(/\]\(([^):#]+)\)/g)) {
      expect(existsSync(normalize(join(dirname(join(guide, name)), link))), `${name} → ${link}`).toBe(true);
    }
  }
});

/** A Python that has duckdb: the project's, the machine's, or an environment made once beside the packages of Node.js. */
function pythonWithDuckdb(): string {
  const environment = join(projectRoot, "node_modules", ".cache", "guide-python");
  const program = process.platform === "win32" ? join("Scripts", "python.exe") : join("bin", "python");
  const own = join(projectRoot, ".venv", program);
  const made = join(environment, program);
  const plain = existsSync(own) ? own : process.platform === "win32" ? "python" : "python3";
  const ready = [own, made, plain].find((python) => hasDuckdb(python));
  if (ready !== undefined) return ready;
  mkdirSync(dirname(environment), { recursive: true });
  execFileSync(plain, ["-m", "venv", "--clear", environment]);
  execFileSync(made, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "duckdb>=1.1"]);
  return made;
}

function hasDuckdb(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import duckdb"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
