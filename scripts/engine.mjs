/** The container engine that builds and runs the image: Docker where its daemon answers, else Podman. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { StartError } from "./failure.mjs";

const run = promisify(execFile);

/**
 * @typedef {object} Engine
 * @property {"docker" | "podman"} name
 * @property {string[]} buildOptions what its `build` needs besides Docker's own options
 */

/** @type {Engine[]} */
const engines = [
  { name: "docker", buildOptions: [] },
  {
    name: "podman",
    // HEALTHCHECK exists in Docker's format alone. The steps of a build start without cgroups too, as in a container of CI.
    buildOptions: ["--format", "docker", "--isolation", "chroot", "--layers"],
  },
];

/** @param {Engine["name"]} name */
function answers(name) {
  try {
    execFileSync(name, ["info"], { stdio: "ignore", timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * The engine of this machine; `ATELIER_ENGINE` names another one than the first that answers.
 * @param {string} [wanted]
 * @returns {Engine | undefined}
 */
export function findEngine(wanted = process.env["ATELIER_ENGINE"]) {
  return engines.find(({ name }) => (!wanted || name === wanted) && answers(name));
}

/**
 * @param {Engine} engine
 * @param {string} image
 * @returns {Promise<boolean>} whether the engine has it on this machine
 */
export async function hasImage({ name }, image) {
  return run(name, ["image", "inspect", "--format", "{{.Id}}", image]).then(
    () => true,
    () => false,
  );
}

/**
 * @param {Engine} engine
 * @param {string} image
 * @returns {Promise<number>} bytes that it takes, unpacked
 */
export async function imageSize({ name }, image) {
  const { stdout } = await run(name, ["image", "inspect", "--format", "{{.Size}}", image]);
  return Number(stdout);
}

/**
 * Fetches an image from its registry.
 * @param {Engine} engine
 * @param {string} image
 * @returns {Promise<string>} empty when it is there now, else why it isn't
 */
export async function pullImage({ name }, image) {
  return run(name, ["pull", image], { maxBuffer: 1 << 26 }).then(
    () => "",
    (/** @type {{ stderr?: string, message: string }} */ error) => (error.stderr || error.message).trim(),
  );
}

/**
 * Makes an image of a file system.
 * @param {Engine} engine
 * @param {string} archive a tar file
 * @param {string} image
 * @throws {StartError} with the engine's own words
 */
export async function importImage({ name }, archive, image) {
  try {
    await run(name, ["import", "--change", 'CMD ["bash"]', archive, image], { maxBuffer: 1 << 26 });
  } catch (error) {
    throw new StartError(`L'image ${image} n'a pas pu être faite : ${/** @type {Error} */ (error).message}`);
  }
}
