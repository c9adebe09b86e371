import type { Completions } from "./language/completions.js";
import type { TemplateAt } from "./language/tagged-template.js";
import { log } from "./log.js";

/** What a library is asked: the template's text, and where the cursor is in it. */
export interface TemplateQuestion {
  text: string;
  cursor: number;
  /** 0 for the short answer, 1 for everything (`name??`); only when it is asked to inspect. */
  detail?: number;
}

const completeHook = Symbol.for("Jupyter.complete");
const inspectHook = Symbol.for("Jupyter.inspect");
/** Milliseconds a library has to answer. */
const patience = 3000;

/** Asks the library that a tagged template belongs to. Undefined when it has no hook: the compiler is asked then. */
export async function completeTemplate(
  template: TemplateAt,
  variable: (name: string) => unknown,
): Promise<Completions | undefined> {
  const hook = hookOf(template, variable, completeHook);
  if (hook === undefined) return undefined;
  const nothing = {
    start: template.start + template.cursor,
    end: template.start + template.cursor,
    matches: [],
  };
  const { text, cursor } = template;
  const answer = await ask(() => hook({ text, cursor }));
  if (!isRecord(answer) || !Array.isArray(answer["matches"])) return nothing;
  const place = (value: unknown): number =>
    template.start + Math.min(text.length, Math.max(0, typeof value === "number" ? value : cursor));
  const matches = (answer["matches"] as unknown[]).flatMap((match) => {
    const fields = typeof match === "string" ? { text: match } : match;
    if (!isRecord(fields) || typeof fields["text"] !== "string") return [];
    const { text: name, type, signature, documentation } = fields;
    return [
      {
        name,
        kind: words(type),
        signature: words(signature),
        documentation: words(documentation),
      },
    ];
  });
  return {
    start: place(answer["start"]),
    end: Math.max(place(answer["start"]), place(answer["end"])),
    matches,
  };
}

/** As {@link completeTemplate}; the answer is a MIME bundle, null when the library knows nothing of the place. */
export async function inspectTemplate(
  template: TemplateAt,
  variable: (name: string) => unknown,
  detail: number,
): Promise<Record<string, unknown> | null | undefined> {
  const hook = hookOf(template, variable, inspectHook);
  if (hook === undefined) return undefined;
  const { text, cursor } = template;
  const answer = await ask(() => hook({ text, cursor, detail }));
  return isRecord(answer) ? answer : null;
}

/** The hook of the tag itself, or of the object the tag is a method of. */
function hookOf(
  { tag }: TemplateAt,
  variable: (name: string) => unknown,
  symbol: symbol,
): ((question: TemplateQuestion) => unknown) | undefined {
  try {
    const [first = "", ...rest] = tag;
    const path = [variable(first)];
    for (const name of rest) path.push((path.at(-1) as Record<string, unknown> | null | undefined)?.[name]);
    for (const holder of path.slice(-2).reverse()) {
      const hook = (holder as Record<symbol, unknown> | null | undefined)?.[symbol];
      if (typeof hook === "function") {
        return (question) => hook.call(holder, question) as unknown;
      }
    }
  } catch (error) {
    log(`looking for ${String(symbol)} of ${tag.join(".")}: ${String(error)}`);
  }
  return undefined;
}

async function ask(question: () => unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    return await Promise.race([question(), late]);
  } catch (error) {
    log(`a library's completion failed: ${String(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}
