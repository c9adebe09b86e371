import { setTimeout as sleep } from "node:timers/promises";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { UserError } from "damir";
import { folderPrefix } from "./folder-prefix.js";
import { requireOwnPlace } from "./own-place.js";
import { siteAddress, type Host } from "./published-page.js";
import { putPage } from "./site.js";
import { imageAddress, pageAddress, type SiteAddresses } from "./site-addresses.js";
import { s3Files } from "./s3-files.js";
import { s3Requests } from "./s3-requests.js";
import { ChangedMeanwhile, type SiteFiles } from "./site-files.js";

/** A site in a bucket of an S3-compatible service. */
export interface S3HostOptions {
  bucket: string;
  /** Address of the service, `https://minio.exemple.fr`; otherwise AWS_S3_ENDPOINT or AWS_ENDPOINT_URL_S3, then Amazon's. */
  endpoint?: string;
  /** Otherwise AWS_REGION or AWS_DEFAULT_REGION, then `us-east-1`, that compatible services take. */
  region?: string;
  /** Folder of the bucket where the analyses go; its root otherwise. */
  path?: string;
  /** Address where visitors read the bucket; otherwise the service's own. */
  address?: string;
}

/**
 * Keeps a site in a bucket. Its keys are those of the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), as
 * the data labs of the public sector set them. The bucket must already let anybody read that folder: nothing is changed of its rights.
 * @throws UserError when the options don't make sense, or no key is given
 */
export function s3Host(options: S3HostOptions, env: NodeJS.ProcessEnv): Host {
  const prefix = folderPrefix(options.path);
  const endpoint = endpointOf(options.endpoint ?? env["AWS_S3_ENDPOINT"] ?? env["AWS_ENDPOINT_URL_S3"]);
  const region = options.region ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const { bucket } = options;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new UserError(
      `« ${bucket} » ne peut pas être le nom d'un compartiment S3 : de 3 à 63 minuscules sans accent, chiffres, points et tirets.`,
    );
  }
  const [accessKeyId, secretAccessKey] = [env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]];
  if (!accessKeyId || !secretAccessKey) {
    throw new UserError(
      "Il manque les clés du compartiment : donnez-les dans les variables AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY (et AWS_SESSION_TOKEN s'il y en a une). Un datalab les affiche dans « Mon compte », onglet du stockage.",
    );
  }
  const sessionToken = env["AWS_SESSION_TOKEN"];
  const base =
    options.address ??
    (endpoint === undefined
      ? `https://${bucket}.s3.${region}.amazonaws.com/`
      : `${endpoint.replace(/\/$/, "")}/${bucket}/`);
  const addresses: SiteAddresses = { site: `${siteAddress(base)}${prefix}`, index: "index.html" };
  const place = `le compartiment ${bucket}${endpoint === undefined ? "" : ` de ${endpoint}`}`;

  const onBucket = async <Value>(work: (files: SiteFiles) => Promise<Value>): Promise<Value> => {
    const client = new S3Client({
      region,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
      // Compatible services have no name of their own for each bucket, and don't all know the newer checksums.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      maxAttempts: 3,
      requestHandler: s3Requests(env),
    });
    try {
      return await work(s3Files(client, bucket, prefix));
    } catch (error) {
      throw explained(error, place);
    } finally {
      client.destroy();
    }
  };

  return {
    patience: 60_000,
    whereToLook: `Tout le monde doit pouvoir lire ce dossier du compartiment ${bucket} sans clé : dans un datalab, c'est souvent le dossier diffusion (--path diffusion) ; ailleurs, une règle d'accès (bucket policy) le permet.`,
    addressOf: (slug) => pageAddress(addresses, slug),
    imageAddressOf: (slug) => imageAddress(addresses, slug),
    find: (claim, options = {}) => onBucket((files) => requireOwnPlace(files, claim, options)),
    publish: (page, now, options) =>
      onBucket(async (files) => {
        for (let tries = 1; ; tries++) {
          try {
            return await putPage(files, page, addresses, now, options);
          } catch (error) {
            if (!(error instanceof ChangedMeanwhile) || tries === mostTries) throw error;
            // Two that wait as long would meet again.
            await sleep(Math.random() * 200 * tries);
          }
        }
      }),
  };
}

/** Somebody who publishes the same analysis at the same moment is let go before, a few times. */
const mostTries = 5;

function endpointOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  // Data labs give the service's name alone.
  const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (URL.canParse(address) && new URL(address).username === "") return new URL(address).href;
  throw new UserError(
    "L'adresse du service S3 ne se lit pas : elle s'écrit --endpoint https://minio.exemple.fr, sans nom ni clé.",
  );
}

const meanings: Record<string, string> = {
  NoSuchBucket: "il n'existe pas. Vérifiez son nom et l'adresse du service (--bucket, --endpoint)",
  AccessDenied:
    "vos clés n'y donnent pas le droit d'écrire ou de lister. Vérifiez --bucket et --path (dans un datalab, souvent un dossier diffusion), ou demandez ce droit",
  InvalidAccessKeyId:
    "vos clés n'y sont pas connues, ou plus. Prenez-en de nouvelles là où le service les affiche",
  SignatureDoesNotMatch: "la clé secrète n'est pas la bonne. Vérifiez AWS_SECRET_ACCESS_KEY et --region",
  ExpiredToken: "vos clés ont expiré. Prenez-en de nouvelles là où le service les affiche",
  InvalidToken: "AWS_SESSION_TOKEN n'est pas ou plus valable. Prenez de nouvelles clés",
  RequestTimeTooSkewed: "l'horloge de votre machine n'est pas à l'heure. Réglez-la",
  QuotaExceeded: "il est plein. Faites-y de la place",
};

function explained(error: unknown, place: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  if (error instanceof ChangedMeanwhile) {
    return new UserError(
      `La page ne se publie pas dans ${place} : quelqu'un d'autre publie la même analyse en ce moment. Attendez qu'il finisse, puis relancez.`,
      { cause: error },
    );
  }
  const again = "puis relancez la même commande : elle complète ce qui manque.";
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? 0;
    const meaning =
      meanings[error.name] ??
      (status >= 500 ? "le service est en panne. Attendez un peu" : `il répond ${status} (${error.name})`);
    return new UserError(`La page ne se publie pas dans ${place} : ${meaning}, ${again}`, { cause: error });
  }
  if ("code" in error || error.name === "TimeoutError") {
    return new UserError(
      `La page ne se publie pas dans ${place} : il ne répond pas. Vérifiez son adresse, votre connexion et votre proxy, ${again}`,
      { cause: error },
    );
  }
  return error;
}
