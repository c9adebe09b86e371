import pg from "pg";
import { untilInterrupted } from "../query/interruption.js";
import type { ServerAddress } from "./postgres-address.js";
import { explainConnection, isConnectionLost, lostConnection } from "./postgres-failure.js";

/** Sessions that a notebook may have at once, as many as it has queries under way; the others wait. */
const mostSessions = 4;

/** How long a session without work is kept, in milliseconds: a server counts its connections. */
const idleTime = 60_000;

/** A session of a server, lent for the time of a query. */
export interface Session {
  readonly client: pg.PoolClient;
  /** Waits for an answer of the server, and has it end the query when the cell is interrupted. */
  wait<T>(answer: () => Promise<T>): Promise<T>;
}

/** The sessions of a notebook on a server: opened when a query needs one, opened again when the server has gone and come back. */
export class PostgresSessions {
  readonly #address: ServerAddress;
  readonly #pool: pg.Pool;
  readonly #known = new WeakSet<pg.PoolClient>();

  constructor(address: ServerAddress) {
    this.#address = address;
    this.#pool = new pg.Pool({
      ...address.config,
      max: mostSessions,
      idleTimeoutMillis: idleTime,
      allowExitOnIdle: true,
    });
    // The pool forgets a session that the server has closed while nothing was asked; the next query opens another one.
    this.#pool.on("error", () => undefined);
  }

  /**
   * Lends a session. One that proves dead when it is first used again is replaced once, without a word.
   * @throws UserError when the server can't be reached, or is lost on the way
   */
  async lend<T>(task: (session: Session) => Promise<T>): Promise<T> {
    const { client, known } = await this.#borrow();
    let lost: unknown;
    try {
      return await this.#use(client, task);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      lost = error;
    }
    // Where the server can't be reached again either, the loss is what there is to say.
    const again = known ? await this.#borrow().catch(() => undefined) : undefined;
    if (again) {
      try {
        return await this.#use(again.client, task);
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
      }
    }
    throw lostConnection(this.#address.shown, lost);
  }

  /**
   * A session for a reading that goes on, to be given back by `end`.
   * @throws UserError when the server can't be reached
   */
  async open(): Promise<Session & { end: () => void }> {
    const { client } = await this.#borrow();
    const turn = this.#turn(client);
    return {
      client,
      wait: async (answer) => {
        try {
          return await turn.wait(answer);
        } catch (error) {
          turn.spoilt = true;
          throw isConnectionLost(error) ? lostConnection(this.#address.shown, error) : error;
        }
      },
      end: () => {
        client.release(turn.spoilt);
      },
    };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #borrow(): Promise<{ client: pg.PoolClient; known: boolean }> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw explainConnection(error, this.#address.shown);
    }
    const known = this.#known.has(client);
    if (!known) {
      this.#known.add(client);
      // What is lost while it is lent rejects the query; this event would end the process besides.
      client.on("error", () => undefined);
    }
    return { client, known };
  }

  async #use<T>(client: pg.PoolClient, task: (session: Session) => Promise<T>): Promise<T> {
    const turn = this.#turn(client);
    try {
      return await task({ client, wait: (answer) => turn.wait(answer) });
    } catch (error) {
      turn.spoilt ||= isConnectionLost(error);
      throw error;
    } finally {
      client.release(turn.spoilt);
    }
  }

  /** What one borrower does with a session: an interrupted one isn't lent again, as a late signal would end the next query. */
  #turn(client: pg.PoolClient) {
    let signalled: Promise<void> | undefined;
    const turn = {
      spoilt: false,
      wait: <T>(answer: () => Promise<T>): Promise<T> =>
        untilInterrupted(
          {
            interrupt: () => {
              turn.spoilt = true;
              signalled ??= this.#interrupt(client).finally(() => {
                signalled = undefined;
              });
            },
          },
          answer,
        ),
    };
    return turn;
  }

  /** Has the server end a session's query; where it can't be asked to, leaves the session. */
  async #interrupt(client: pg.PoolClient): Promise<void> {
    const { processID } = client as pg.PoolClient & { readonly processID: number };
    const messenger = new pg.Client(this.#address.config);
    messenger.on("error", () => undefined);
    try {
      await messenger.connect();
      await messenger.query("SELECT pg_cancel_backend($1)", [processID]);
    } catch {
      await (client as unknown as pg.Client).end();
    } finally {
      await messenger.end();
    }
  }
}
