/** The TypeScript kernel against Deno's and ipykernel's, in one run and through one frontend. */
import { deno, ipykernel, ours, root } from "../contenders.mjs";
import { KernelProcess } from "../kernel-process.mjs";

/** @typedef {import("../contenders.mjs").Contender} Contender */

/**
 * What was measured of one kernel, by measure; milliseconds and MiB.
 * @typedef {Record<string, number>} Figures
 */

const starts = 5;
const declarations = 300;

const [info, first, warm, declaration20, declaration300, print, top, inFunction, memory, peak] = [
  "start → kernel_info_reply",
  "start → first 1+1",
  "warm trivial cell, median of 50",
  "declaration cell, about the 20th",
  "declaration cell, about the 300th",
  "20,000 lines printed",
  "loop 1e7 at top level",
  "loop 1e7 in a function",
  "memory after 300 cells and DuckDB",
  "memory at its highest",
];

/**
 * What is asked of this kernel: a figure of its own over a figure of its own or another's.
 * @type {{ label: string; figure: string; over: { contender: Contender; figure: string } | undefined; must: number; aim: number }[]}
 */
const demands = [
  { label: info, figure: info, over: { contender: deno, figure: info }, must: 1.5, aim: 1 },
  { label: first, figure: first, over: { contender: ipykernel, figure: first }, must: 2.5, aim: 1 },
  { label: warm, figure: warm, over: { contender: ipykernel, figure: warm }, must: 2, aim: 1 },
  {
    label: "declaration cell, 300th / 20th",
    figure: declaration300,
    over: { contender: ours, figure: declaration20 },
    must: 3,
    aim: 1.5,
  },
  { label: print, figure: print, over: { contender: ipykernel, figure: print }, must: 2, aim: 1 },
  {
    label: "loop 1e7, top level / function",
    figure: top,
    over: { contender: ours, figure: inFunction },
    must: 3,
    aim: 1.5,
  },
  { label: `${memory} (MiB)`, figure: memory, over: undefined, must: 350, aim: 250 },
];

/** Measures the three kernels and prints what was found. */
export async function measure() {
  /** @type {Map<Contender, Figures>} */
  const found = new Map();
  /** @type {string[]} */
  const missing = [];
  for (const contender of [ours, deno, ipykernel]) {
    console.error(`${contender.name}…`);
    found.set(contender, await figuresOf(contender, missing));
  }
  console.log(`node ${process.version}, ${process.platform}-${process.arch}; ms and MiB, the median of each`);
  console.table(
    Object.fromEntries(
      [info, first, warm, declaration20, declaration300, print, top, inFunction, memory, peak].map(
        (measured) => [
          measured,
          Object.fromEntries(
            [...found].map(([{ name }, figures]) => [name, rounded(figures[String(measured)])]),
          ),
        ],
      ),
    ),
  );
  console.table(
    Object.fromEntries(
      demands.map(({ label, figure, over, must, aim }) => {
        const own = found.get(ours)?.[figure];
        const other = over ? found.get(over.contender)?.[over.figure] : 1;
        const ratio = own === undefined || other === undefined ? undefined : own / other;
        const verdict =
          ratio === undefined ? "not measured" : ratio <= aim ? "aim" : ratio <= must ? "must" : "MISSED";
        const against = over === undefined || over.contender === ours ? "" : over.contender.name;
        return [label, { against, measured: rounded(ratio), must, aim, verdict }];
      }),
    ),
  );
  for (const line of missing) console.log(`not measured: ${line}`);
}

/**
 * @param {Contender} contender
 * @param {string[]} missing takes a line for each measure that failed
 */
async function figuresOf(contender, missing) {
  /** @type {Figures} */
  const figures = {};
  const { command, cells, name } = contender;
  if (command === undefined) {
    missing.push(`${name}: not installed (${contender.absent})`);
    return figures;
  }
  /** @param {string} what @param {(kernel: KernelProcess) => Promise<void>} work */
  const within = async (what, work) => {
    /** @type {KernelProcess | undefined} */
    let kernel;
    try {
      kernel = await KernelProcess.start(command, root);
      await work(kernel);
    } catch (error) {
      missing.push(`${name}, ${what}: ${/** @type {Error} */ (error).message}`);
    } finally {
      await kernel?.stop();
    }
  };
  /** @type {number[]} */
  const infos = [];
  /** @type {number[]} */
  const firsts = [];
  // Once more than counted: the first fills the disk's cache and the compiler's.
  for (let round = 0; round <= starts; round += 1) {
    await within("start", async (kernel) => {
      await kernel.execute("1+1");
      if (round === 0) return;
      infos.push(kernel.startup);
      firsts.push(kernel.age);
    });
  }
  if (infos.length > 0) Object.assign(figures, { [info]: median(infos), [first]: median(firsts) });
  await within("cells", async (kernel) => {
    const series = async (/** @type {number} */ count, /** @type {(index: number) => string} */ code) => {
      const durations = [];
      for (let index = 0; index < count; index += 1)
        durations.push((await kernel.execute(code(index))).duration);
      return durations;
    };
    // Another one each time: what is the same as before may be known.
    await series(10, (index) => `1+${index}`);
    figures[warm] = median(await series(50, (index) => `1+${index + 10}`));
    await series(1, () => cells.print);
    figures[print] = median(await series(3, () => cells.print));
    const { lines } = await kernel.execute(cells.print);
    if (lines !== 20_000) {
      missing.push(`${name}, ${print}: only ${lines} arrived`);
      Reflect.deleteProperty(figures, print);
    }
    figures[top] = median(await series(3, () => cells.topLevelLoop));
    figures[inFunction] = median(await series(3, () => cells.functionLoop));
  });
  await within("declarations", async (kernel) => {
    const durations = [];
    for (let index = 0; index < declarations + 3; index += 1)
      durations.push((await kernel.execute(cells.declaration(index))).duration);
    figures[declaration20] = median(durations.slice(15, 25));
    figures[declaration300] = median(durations.slice(-10));
  });
  const { duckdb } = cells;
  if (duckdb === undefined) {
    missing.push(`${name}, ${memory}: DuckDB isn't among its packages`);
  } else {
    await within(memory, async (kernel) => {
      await kernel.execute(duckdb);
      for (let index = 0; index < declarations; index += 1) await kernel.execute(cells.declaration(index));
      const bytes = kernel.memory();
      if (bytes === undefined) throw new Error("only Linux says how much memory a process takes");
      figures[memory] = bytes.resident / 2 ** 20;
      figures[peak] = bytes.highest / 2 ** 20;
    });
  }
  return figures;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** @param {number | undefined} value */
function rounded(value) {
  return value === undefined ? "–" : Number(value.toPrecision(3));
}
