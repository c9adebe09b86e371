/**
 * `npm run image`: builds the container's image with Docker or Podman, and says how big it is.
 *
 *   npm run image                              atelier-damir, on the official Node.js image
 *   npm run image -- --tag atelier-damir:2     under another name
 *   BASE_IMAGE=debian:bookworm-slim npm run image
 *
 * Where no image can be fetched, the base is made of Debian's packages (mmdebstrap, as root). A company's certificate authority comes
 * from NODE_EXTRA_CA_CERTS or PIP_CERT and its package index from PIP_INDEX_URL, as for npm and pip themselves; neither stays inside.
 */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { findEngine, hasImage, imageSize, importImage, pullImage } from "./engine.mjs";
import { StartError, tail } from "./failure.mjs";
import { root } from "./setup.mjs";
import { runTool } from "./step.mjs";

/** What docker/Dockerfile starts from by itself. */
const officialBase = "node:24-bookworm-slim";
const ownBase = "localhost/atelier-damir-base:bookworm";

/**
 * Debian without documentation, as Debian's own slim image is.
 * @param {import("./engine.mjs").Engine} engine
 */
async function makeBase(engine) {
  const folder = mkdtempSync(join(tmpdir(), "atelier-base-"));
  try {
    const archive = join(folder, "base.tar");
    await runTool("mmdebstrap", [
      ...["--quiet", "--variant=minbase", "--components=main", "--include=ca-certificates,usr-is-merged"],
      "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
      ...["doc", "info", "man", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
      "--dpkgopt=path-include=/usr/share/doc/*/copyright",
      ...["bookworm", archive],
    ]);
    await importImage(engine, archive, ownBase);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The image to start from: the one asked for, the official one, else one made here.
 * @param {import("./engine.mjs").Engine} engine
 * @throws {StartError} when there is none
 */
async function baseImage(engine) {
  const asked = process.env["BASE_IMAGE"];
  if (asked) return asked;
  if (await hasImage(engine, officialBase)) return officialBase;
  const refusal = await pullImage(engine, officialBase);
  if (!refusal) return officialBase;
  if (await hasImage(engine, ownBase)) return ownBase;
  if (process.getuid?.() !== 0 || !existsSync("/usr/share/mmdebstrap/hooks/merged-usr")) {
    throw new StartError(
      `L'image de base ${officialBase} n'a pas pu être téléchargée :\n\n${tail(refusal, 4)}\n\nVérifiez la connexion, ou donnez-en une que vous avez : BASE_IMAGE=debian:bookworm-slim npm run image. Sous Debian ou Ubuntu, en root, elle se fait aussi sans registre : apt install mmdebstrap, puis relancez.`,
    );
  }
  console.log(`${officialBase} n'a pas pu être téléchargée : la base est faite avec les paquets de Debian…`);
  await makeBase(engine);
  return ownBase;
}

/** Certificate authority that npm and pip must know on this machine, if it names one. */
function certificateAuthority() {
  return [process.env["NODE_EXTRA_CA_CERTS"], process.env["PIP_CERT"]].find(
    (file) => file && existsSync(file),
  );
}

/**
 * The labels that say where the image comes from; none where git doesn't know.
 * @returns {Promise<string[]>}
 */
async function origin() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const args = [`VERSION=${version}`];
  try {
    const git = promisify(execFile);
    const { stdout } = await git("git", ["log", "-1", "--format=%H %cI"], { cwd: root });
    const [revision, date] = stdout.trim().split(" ");
    const { stdout: changed } = await git("git", ["status", "--porcelain"], { cwd: root });
    args.push(`REVISION=${revision}${changed ? "-modified" : ""}`, `CREATED=${date}`);
  } catch {
    // An archive of the sources has no history.
  }
  return args.flatMap((arg) => ["--build-arg", arg]);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it succeeded
 */
function shown(program, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DOCKER_BUILDKIT: "1" };
    const child = spawn(program, args, { cwd: root, stdio: "inherit", env });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

/** @throws {StartError} when an option isn't ours */
function options() {
  try {
    return parseArgs({ options: { tag: { type: "string", default: "atelier-damir" } } }).values;
  } catch (error) {
    throw new StartError(
      `${/** @type {Error} */ (error).message}\nUsage : npm run image -- --tag NOM (atelier-damir sinon).`,
    );
  }
}

async function main() {
  const values = options();
  const engine = findEngine();
  if (!engine) {
    throw new StartError(
      "Ni Docker ni Podman ne répond sur cette machine. Installez l'un d'eux (Debian : apt install podman), démarrez-le, puis relancez.",
    );
  }
  const started = Date.now();
  const base = await baseImage(engine);
  const ca = certificateAuthority();
  const index = process.env["PIP_INDEX_URL"];
  const built = await shown(engine.name, [
    ...["build", ...engine.buildOptions, "--file", "docker/Dockerfile", "--tag", values.tag],
    ...["--build-arg", `BASE_IMAGE=${base}`, ...(await origin())],
    ...(ca ? ["--secret", `id=ca,src=${ca}`] : []),
    ...(index ? ["--build-arg", `PIP_INDEX_URL=${index}`] : []),
    ".",
  ]);
  if (!built) throw new StartError("L'image n'a pas pu être construite : la cause est ci-dessus.");
  const megabytes = Math.round((await imageSize(engine, values.tag)) / 1e6);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`\n${values.tag} : ${megabytes} Mo, sur ${base}, par ${engine.name}, en ${seconds} s.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
