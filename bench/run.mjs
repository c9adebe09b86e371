/** `npm run bench -- <subject>`: measures, prints a table, and decides nothing. */
import { readdirSync } from "node:fs";

const subjects = readdirSync(new URL("subjects/", import.meta.url)).map((file) => file.replace(/\.mjs$/, ""));
const [subject = ""] = process.argv.slice(2);

if (subjects.includes(subject)) {
  const { measure } = /** @type {{ measure: () => Promise<void> }} */ (
    await import(`./subjects/${subject}.mjs`)
  );
  await measure();
} else {
  console.error(`Mesure inconnue : « ${subject} ». Choisissez parmi : ${subjects.join(", ")}.`);
  process.exitCode = 1;
}
