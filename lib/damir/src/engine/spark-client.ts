import { randomUUID } from "node:crypto";
import { finished } from "node:stream/promises";
import {
  ChannelCredentials,
  Client,
  Metadata,
  credentials,
  status,
  type ClientReadableStream,
  type ServiceError,
} from "@grpc/grpc-js";
import type { Answer } from "../query/answer.js";
import { untilInterrupted } from "../query/interruption.js";
import { withProgress } from "../query/query-progress.js";
import type { SqlValue } from "../query/sql.js";
import { answerOfSpark } from "./spark-answer.js";
import type { SparkAddress } from "./spark-address.js";
import { isSessionLost, queryTooLong, sparkError, unreachable } from "./spark-failure.js";
import { namedArguments } from "./spark-parameters.js";
import { decode, encode, type ExecutePlanResponse } from "./spark-protocol.js";

/** Bytes that an answer's piece may have: Spark makes them of 4 MB or so, rows that can't be cut apart. */
const largestMessage = 128 * 1024 * 1024;

/** Milliseconds that a short request may take. */
const patience = 30_000;

/** Milliseconds that a server may take to be reached again. */
const comingBack = 3000;

const clientType = "Atelier DAMIR";

/** What each session of a notebook starts with. */
const sessionSettings: Readonly<Record<string, string>> = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.ansi.enabled": "true",
};

/**
 * A query as Spark gets it.
 * @internal
 */
export interface SparkQuery {
  text: string;
  values: readonly SqlValue[];
}

/**
 * A session on a Spark Connect server, opened again when the server has gone and come back.
 * @internal
 */
export class SparkClient {
  readonly #address: SparkAddress;
  readonly #client: Client;
  #session: Promise<string> | undefined;

  readonly #schema: string | undefined;

  /** @param schema where names without one are looked up */
  constructor(address: SparkAddress, schema?: string) {
    this.#address = address;
    this.#schema = schema;
    this.#client = new Client(address.target, channel(address), {
      "grpc.max_receive_message_length": largestMessage,
      "grpc.keepalive_time_ms": 60_000,
      // A server that comes back is found again at once, whatever other sessions have tried.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": 500,
      "grpc.max_reconnect_backoff_ms": 2000,
    });
  }

  /** The server, to be shown. */
  get shown(): string {
    return this.#address.target;
  }

  /**
   * The pieces of a query's answer, each an Arrow stream. The query ends in the cluster when the reader has had enough, when the cell is
   * interrupted, or when it takes too long. A session that proves lost before the first piece is replaced once, without a word.
   * @throws SparkError as the server says it; UserError when the server can't be reached or takes too long
   */
  async *batches(query: SparkQuery): AsyncGenerator<Uint8Array, void, undefined> {
    const known = this.#session !== undefined;
    let begun = false;
    try {
      for await (const batch of this.#run(query)) {
        begun = true;
        yield batch;
      }
      return;
    } catch (error) {
      if (begun || !known || !isSessionLost(error)) throw error;
      this.#session = undefined;
    }
    yield* this.#run(query);
  }

  /**
   * The whole answer of a query.
   * @param most rows to keep
   * @throws as {@link SparkClient.batches}, and UserError for a decimal that a number can't hold exactly
   */
  async answer(query: SparkQuery, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    const batches: Uint8Array[] = [];
    for await (const batch of this.batches(query)) batches.push(batch);
    return answerOfSpark(batches, most);
  }

  async *#run(query: SparkQuery): AsyncGenerator<Uint8Array, void, undefined> {
    const session = await this.#open();
    const operation = randomUUID();
    const deadline = Date.now() + this.#address.timeout * 1000;
    const stream = this.#client.makeServerStreamRequest(
      "/spark.connect.SparkConnectService/ExecutePlan",
      (request: object) => encode("ExecutePlanRequest", request),
      (bytes: Buffer) => decode("ExecutePlanResponse", bytes) as ExecutePlanResponse,
      {
        ...this.#common(session),
        operationId: operation,
        plan: { root: { sql: { query: query.text, namedArguments: namedArguments(query.values) } } },
      },
      this.#metadata(),
      { deadline },
    );
    // A stream that nobody reads any more may still fail.
    stream.on("error", () => undefined);
    let asked = false;
    const interrupt = (): void => {
      if (asked) return;
      asked = true;
      void this.#interrupt(session, operation, stream);
    };
    let share: number | undefined;
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<ExecutePlanResponse, undefined>;
    const next = (): Promise<Uint8Array | undefined> =>
      untilInterrupted({ interrupt }, () =>
        withProgress(
          () => share,
          async () => {
            for (;;) {
              const piece = await pieces.next();
              if (piece.done === true) return undefined;
              share = shareOf(piece.value) ?? share;
              const data = piece.value.arrowBatch?.data;
              if (data !== undefined) return data;
            }
          },
        ),
      );
    let ended = false;
    try {
      for (;;) {
        const batch = await next();
        if (batch === undefined) {
          ended = true;
          return;
        }
        yield batch;
      }
    } catch (error) {
      throw await this.#explained(error, session, () => {
        void this.#interrupt(session, operation, stream);
      });
    } finally {
      // The reader may have had enough before the end.
      if (!ended) interrupt();
    }
  }

  /** What a statement that gives no rows does, such as CREATE VIEW. */
  async command(sql: string): Promise<void> {
    const session = await this.#open();
    await this.#command(session, sql);
  }

  /** Ends the session, which the server would else keep for an hour. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    if (session !== undefined) {
      // A server that has gone has no session to end.
      await this.#ask("ReleaseSession", this.#common(session)).catch(() => undefined);
    }
    this.#client.close();
  }

  #open(): Promise<string> {
    this.#session ??= this.#start().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #start(): Promise<string> {
    await this.#reached();
    const session = randomUUID();
    const pairs = Object.entries(sessionSettings).map(([key, value]) => ({ key, value }));
    try {
      await this.#ask("Config", { ...this.#common(session), operation: { set: { pairs } } });
    } catch (error) {
      throw await this.#explained(error, session);
    }
    if (this.#schema !== undefined) await this.#command(session, `USE ${this.#schema}`);
    return session;
  }

  /** Waits a little for a server that is coming back; where it doesn't, the request that follows says why. */
  #reached(): Promise<void> {
    return new Promise((resolve) => {
      this.#client.waitForReady(Date.now() + comingBack, () => {
        resolve();
      });
    });
  }

  async #command(session: string, sql: string): Promise<void> {
    const stream = this.#client.makeServerStreamRequest(
      "/spark.connect.SparkConnectService/ExecutePlan",
      (request: object) => encode("ExecutePlanRequest", request),
      (bytes: Buffer) => decode("ExecutePlanResponse", bytes) as ExecutePlanResponse,
      {
        ...this.#common(session),
        operationId: randomUUID(),
        plan: { command: { sqlCommand: { sql } } },
      },
      this.#metadata(),
      { deadline: Date.now() + this.#address.timeout * 1000 },
    );
    try {
      stream.resume();
      await finished(stream);
    } catch (error) {
      throw await this.#explained(error, session);
    }
  }

  /** Has the cluster end a query; where it can't be asked to, leaves the stream. */
  async #interrupt(
    session: string,
    operation: string,
    stream: ClientReadableStream<ExecutePlanResponse>,
  ): Promise<void> {
    try {
      await this.#ask("Interrupt", { ...this.#common(session), interruptType: 3, operationId: operation });
    } catch {
      stream.cancel();
    }
  }

  async #explained(error: unknown, session: string, end?: () => void): Promise<unknown> {
    if (!isServiceError(error)) return error;
    if (error.code === status.DEADLINE_EXCEEDED) {
      end?.();
      return queryTooLong(this.#address);
    }
    const refused = unreachable(error, this.#address);
    if (refused !== undefined) {
      this.#session = undefined;
      return refused;
    }
    return sparkError(error, (errorId) =>
      this.#ask("FetchErrorDetails", { ...this.#common(session), errorId }),
    );
  }

  /** A short request. */
  #ask(method: string, request: object): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/spark.connect.SparkConnectService/${method}`,
        (message: object) => encode(`${method}Request`, message),
        (bytes: Buffer) => bytes,
        request,
        this.#metadata(),
        { deadline: Date.now() + patience },
        (error, answer) => {
          if (error) reject(error);
          else resolve(answer ?? new Uint8Array());
        },
      );
    });
  }

  #common(session: string): object {
    const { user } = this.#address;
    return { sessionId: session, userContext: { userId: user, userName: user }, clientType };
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    const { token } = this.#address;
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    return metadata;
  }
}

function channel({ tls }: SparkAddress): ChannelCredentials {
  return tls ? credentials.createSsl() : credentials.createInsecure();
}

function shareOf({ executionProgress }: ExecutePlanResponse): number | undefined {
  const stages = executionProgress?.stages ?? [];
  const tasks = stages.reduce((sum, { numTasks = 0 }) => sum + numTasks, 0);
  const done = stages.reduce((sum, { numCompletedTasks = 0 }) => sum + numCompletedTasks, 0);
  return tasks === 0 ? undefined : done / tasks;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error;
}
