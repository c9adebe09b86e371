import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** The protocol's messages that the library sends or reads, by name: see `assets/spark-connect.proto`. */
const messages = new protobuf.Root()
  .loadSync(fileURLToPath(new URL("../../assets/spark-connect.proto", import.meta.url)), { keepCase: false })
  .resolveAll();

/** Writes a message of the protocol. */
export function encode(type: string, message: object): Buffer {
  const known = messages.lookupType(`spark.connect.${type}`);
  return Buffer.from(known.encode(known.fromObject(message)).finish());
}

/** Reads a message of the protocol: 64-bit numbers as numbers, what is absent left out but for lists and maps. */
export function decode(type: string, bytes: Uint8Array): unknown {
  const known = messages.lookupType(`spark.connect.${type}`);
  return known.toObject(known.decode(bytes), { longs: Number, arrays: true, objects: true });
}

/** A piece of what the server answers to a query. */
export interface ExecutePlanResponse {
  arrowBatch?: { data: Uint8Array };
  executionProgress?: { stages: readonly { numTasks?: number; numCompletedTasks?: number }[] };
}

/** What the server keeps of an error. */
export interface ErrorDetails {
  rootErrorIdx?: number;
  errors: readonly {
    message?: string;
    causeIdx?: number;
    sparkThrowable?: {
      errorClass?: string;
      messageParameters: Readonly<Record<string, string>>;
      sqlState?: string;
    };
  }[];
}

/** google.rpc.Status. */
export interface RpcStatus {
  details: readonly { typeUrl?: string; value?: Uint8Array }[];
}

/** google.rpc.ErrorInfo. */
export interface RpcErrorInfo {
  reason?: string;
  metadata: Readonly<Record<string, string>>;
}
