import { CommanderError } from "commander";
import { folderHost, gitHost, s3Host, type Host } from "@atelier-damir/publish";

/** Where `damir publish` can put a page. */
export const destinations = ["folder", "git", "s3"] as const;

/** The options that say where a page goes. */
export interface DestinationOptions {
  to?: (typeof destinations)[number];
  address?: string;
  path?: string;
  folder?: string;
  repository?: string;
  remote?: string;
  branch?: string;
  bucket?: string;
  endpoint?: string;
  region?: string;
}

/** Options of one destination alone. */
const own = {
  folder: ["folder"],
  git: ["repository", "remote", "branch"],
  s3: ["bucket", "endpoint", "region"],
} as const;

/**
 * Opens the place that the options name.
 * @throws CommanderError when they name none, or mix several
 * @throws UserError when the place isn't there
 */
export async function hostOf(options: DestinationOptions, env: NodeJS.ProcessEnv): Promise<Host> {
  const { to } = options;
  if (to === undefined) {
    throw mistyped(
      "dites où publier : --to folder (un dossier), --to git (GitHub ou GitLab Pages) ou --to s3 (un compartiment)",
    );
  }
  for (const other of destinations) {
    const foreign = other === to ? undefined : own[other].find((name) => options[name] !== undefined);
    if (foreign !== undefined) throw mistyped(`--${foreign} ne va qu'avec --to ${other}`);
  }
  const common = {
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.address === undefined ? {} : { address: options.address }),
  };
  if (to === "folder") {
    const { folder } = options;
    if (folder === undefined) throw mistyped("--to folder demande --folder DOSSIER");
    return folderHost({ ...common, folder });
  }
  if (to === "git") {
    const { repository = ".", remote, branch } = options;
    return gitHost(
      {
        ...common,
        repository,
        ...(remote === undefined ? {} : { remote }),
        ...(branch === undefined ? {} : { branch }),
      },
      env,
    );
  }
  const { bucket, endpoint, region } = options;
  if (bucket === undefined) throw mistyped("--to s3 demande --bucket NOM");
  return s3Host(
    {
      ...common,
      bucket,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
    },
    env,
  );
}

function mistyped(text: string): CommanderError {
  return new CommanderError(2, "damir.mistyped", text);
}
