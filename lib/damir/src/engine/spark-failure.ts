import { status, type ServiceError } from "@grpc/grpc-js";
import { UserError } from "../user-error.js";
import type { SparkAddress } from "./spark-address.js";
import { decode, type ErrorDetails, type RpcErrorInfo, type RpcStatus } from "./spark-protocol.js";

/** An error as Spark names it. */
export class SparkError extends Error {
  override readonly name = "SparkError";

  /**
   * @param errorClass such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`; empty where Spark gives none
   * @param parameters what the message names
   */
  constructor(
    message: string,
    readonly errorClass: string,
    readonly parameters: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/** True when the server no longer knows the session: it was restarted, or has ended it. */
export function isSessionLost(error: unknown): boolean {
  return (
    error instanceof SparkError &&
    /^INVALID_HANDLE\.SESSION|SESSION_(CLOSED|CHANGED|NOT_FOUND)/.test(error.errorClass)
  );
}

/** The error of a query that took longer than the address allows. */
export function queryTooLong({ timeout }: SparkAddress): UserError {
  return new UserError(
    `La requête a dépassé ${timeout} secondes, et a été arrêtée sur le cluster. Filtrez des mois (flx_ann_moi), agrégez davantage, vérifiez que chaque jointure a sa condition, ou donnez-lui plus de temps : timeout=… dans l'adresse.`,
  );
}

/** Why a server doesn't answer, in French; undefined when it did. The token isn't in it: gRPC doesn't quote what was sent. */
export function unreachable(error: ServiceError, { target, tls }: SparkAddress): UserError | undefined {
  const { code, details } = error;
  if (code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED) {
    return new UserError(
      `Le cluster ${target} n'accepte pas ce jeton, ou en demande un : reprenez l'adresse que l'organisateur vous a donnée (sc://…/;token=…).`,
    );
  }
  if (code !== status.UNAVAILABLE) return undefined;
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(details)) {
    return new UserError(
      `Pas de connexion au cluster ${target}. Ce nom de serveur n'est pas connu : vérifiez-le, et le réseau.`,
    );
  }
  if (/certificate|self.signed|SSL|wrong version number/i.test(details)) {
    return new UserError(
      `Pas de connexion au cluster ${target}. La liaison chiffrée ne s'établit pas : vérifiez use_ssl=true, et le certificat (NODE_EXTRA_CA_CERTS).`,
    );
  }
  if (/ECONNREFUSED|No connection established|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(details)) {
    return new UserError(
      `Pas de connexion au cluster ${target}. Aucun Spark Connect n'y répond : vérifiez l'adresse et le port${tls ? "" : ", s'il demande use_ssl=true"}, et qu'il est démarré.`,
    );
  }
  return new UserError(
    `La connexion au cluster ${target} a été perdue pendant la requête. Relancez la cellule : elle s'y reconnecte d'elle-même.`,
  );
}

/**
 * An error of a query, with what the server kept of it.
 * @param details asks the server for an error by its id
 */
export async function sparkError(
  error: ServiceError,
  details: (errorId: string) => Promise<Uint8Array>,
): Promise<SparkError> {
  const info = errorInfo(error);
  const errorId = info?.metadata["errorId"];
  const kept = errorId === undefined ? undefined : await details(errorId).catch(() => undefined);
  const chain = kept === undefined ? [] : chainOf(decode("FetchErrorDetailsResponse", kept) as ErrorDetails);
  const named = chain.find(({ sparkThrowable }) => (sparkThrowable?.errorClass ?? "") !== "");
  const message = chain.map(({ message: said }) => said ?? "").join("\n");
  return new SparkError(
    message === "" ? error.details : message,
    named?.sparkThrowable?.errorClass ?? info?.metadata["errorClass"] ?? "",
    named?.sparkThrowable?.messageParameters ?? {},
  );
}

function errorInfo({ metadata }: ServiceError): RpcErrorInfo | undefined {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) return undefined;
  const { details } = decode("Status", bytes) as RpcStatus;
  const info = details.find(({ typeUrl = "" }) => typeUrl.endsWith("google.rpc.ErrorInfo"))?.value;
  return info === undefined ? undefined : (decode("ErrorInfo", info) as RpcErrorInfo);
}

/** An error and its causes, the outermost first. */
function chainOf({ rootErrorIdx, errors }: ErrorDetails): ErrorDetails["errors"][number][] {
  const chain = [];
  for (let error = errors[rootErrorIdx ?? 0]; error !== undefined && chain.length < errors.length;) {
    chain.push(error);
    error = error.causeIdx === undefined ? undefined : errors[error.causeIdx];
  }
  return chain;
}
