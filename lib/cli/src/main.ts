import { runDamir } from "./command.js";

process.exitCode = await runDamir(process.argv.slice(2));
