import { readFileSync } from "node:fs";
import { UserError } from "damir";
import { z } from "zod";
import type { Notebook } from "./check-report.js";

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);

const output = z.object({
  output_type: z.enum(["stream", "display_data", "execute_result", "error"]),
  name: z.string().optional(),
  text: text.optional(),
  data: z
    .record(z.string(), z.unknown())
    .transform((data) =>
      Object.fromEntries(Object.entries(data).map(([type, value]) => [type, joined(value)])),
    )
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
  traceback: z.array(z.string()).optional(),
});

const notebook = z.object({
  cells: z.array(
    z.object({
      id: z.string().optional(),
      cell_type: z.enum(["markdown", "code", "raw"]),
      source: text,
      metadata: z.record(z.string(), z.unknown()),
      execution_count: z.number().nullable().optional(),
      outputs: z.array(output).optional(),
      attachments: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
  ),
  metadata: z.record(z.string(), z.unknown()),
  nbformat: z.literal(4),
  nbformat_minor: z.number(),
});

/** Notebooks keep long texts as lists of lines; JSON forms may be lists of their own, which stay. */
function joined(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === "string")
    ? value.join("")
    : value;
}

/**
 * Reads a notebook file.
 * @throws UserError when it can't be read or isn't a notebook of nbformat 4
 */
export function readNotebook(path: string): Notebook {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`Le notebook ${path} est introuvable ou illisible. Vérifiez le chemin.`, { cause });
  }
  return parseNotebook(content, path);
}

/**
 * The notebook that a JSON text holds.
 * @param name what to call it in messages
 * @throws UserError when it isn't a notebook of nbformat 4
 */
export function parseNotebook(content: string, name: string): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new UserError(`${name} n'est pas du JSON : ce n'est pas un notebook, ou il est coupé.`, { cause });
  }
  const parsed = notebook.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UserError(
      `${name} n'est pas un notebook au format 4 (${issue?.path.join(".") ?? ""} : ${issue?.message ?? ""}). Ouvrez-le dans le labo et enregistrez-le.`,
    );
  }
  return parsed.data;
}
