import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { home, root, venvProgram } from "../scripts/setup.mjs";

/** What a notebook asks while a query is typed, at the place of `|`. */
const questions = {
  table: "await damir.sql`SELECT 1 FROM pop|`",
  column: "const r = await damir.sql`SELECT flt_re| FROM damir WHERE flx_ann_moi = ${mois}`",
  code: "'é😀'; damir.sql`SELECT 1 FROM damir WHERE flx_ann_moi = ${mois} AND prs_nat = gén|",
  inspected: "damir.sql`SELECT 1 FROM damir WHERE prs_nat = 11|10`",
  outside: "damir.sea|",
};

/** Jupyter's own client: starts the installed kernel, connects, then completes and inspects. */
const client = `
import json, sys
from jupyter_client.manager import start_new_kernel
questions = json.loads(sys.argv[1])
manager, kernel = start_new_kernel(kernel_name="typescript", startup_timeout=120)
try:
    run = kernel.execute('import { connect } from "damir"; const damir = await connect(); const mois = 202401;', reply=True, timeout=120)
    answers = {"executed": run["content"]}
    for name, cell in questions.items():
        place = cell.index("|")
        ask = kernel.inspect if name == "inspected" else kernel.complete
        answers[name] = ask(cell.replace("|", ""), place, reply=True, timeout=60)["content"]
    print(json.dumps(answers))
finally:
    kernel.stop_channels()
    manager.shutdown_kernel(now=True)
`;

interface Reply {
  status: string;
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  data: Record<string, string>;
  metadata: { _jupyter_types_experimental?: { text: string; type: string }[] };
}

let folder: string;
let replies: Record<keyof typeof questions | "executed", Reply>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
  const { stdout } = await promisify(execFile)(
    venvProgram("python"),
    ["-c", client, JSON.stringify(questions)],
    { cwd: folder, env: { ...process.env, DAMIR_HOME: home, NODE_PATH: join(root, "node_modules") } },
  );
  replies = JSON.parse(stdout) as typeof replies;
  expect(replies.executed).toMatchObject({ status: "ok" });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("offers tables and columns within a query, with their French labels", () => {
  expect(replies.table.matches).toEqual(["population"]);
  const { matches, cursor_start, cursor_end, metadata } = replies.column;
  expect(matches).toEqual(["flt_rem_mnt"]);
  expect(Array.from(questions.column).slice(cursor_start, cursor_end).join("")).toBe("flt_re");
  expect(metadata._jupyter_types_experimental?.[0]?.type).toBe("Montant\u00a0Versé/Remboursé\u00a0Préfiltré");
});

it("offers codes by their label, and inserts the code", () => {
  const { matches, cursor_start, cursor_end, metadata } = replies.code;
  expect(matches[0]).toBe("1110");
  expect(Array.from(questions.code).slice(cursor_start, cursor_end).join("")).toBe("gén");
  expect(metadata._jupyter_types_experimental?.[0]).toMatchObject({
    text: "1110",
    type: "CONSULTATION\u00a0MEDECINE\u00a0GENERALE",
  });
});

it("explains a code where it stands", () => {
  expect(replies.inspected.data["text/plain"]).toContain("prs_nat = 1110 : CONSULTATION MEDECINE GENERALE");
  expect(replies.inspected.data["text/html"]).toContain("Consultations");
});

it("leaves the rest of the cell to TypeScript", () => {
  expect(replies.outside.matches).toContain("search");
});
