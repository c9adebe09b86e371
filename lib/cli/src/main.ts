import { runDamir } from "./command.js";
import { defaultEffects } from "./terminal.js";

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    process.stderr.write(`\n${defaultEffects.interruption?.message ?? "Interrompu."}\n`);
    process.exit(code);
  });
}

// `damir data list | head` closes the pipe early: nobody is left to read the rest.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runDamir(process.argv.slice(2), defaultEffects);
