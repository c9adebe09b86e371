import type { Reply, Router, XPublisher } from "zeromq";
import { log } from "../log.js";
import { UserError } from "../user-error.js";
import type { Message, MessageCodec } from "./message.js";

/**
 * Binds a socket.
 * @throws {UserError} when the port is taken
 */
export async function bind(socket: Router | Reply | XPublisher, address: string): Promise<void> {
  try {
    await socket.bind(address);
  } catch (error) {
    throw new UserError(
      `Le noyau ne peut pas écouter sur ${address} (${(error as Error).message}). Ce port est sans doute pris : relancez le noyau.`,
    );
  }
}

/** Hands over each valid message of a socket, in order; logs the others. Ends when the socket is closed. */
export async function listen(
  socket: Router,
  codec: MessageCodec,
  name: string,
  listener: (message: Message) => void,
): Promise<void> {
  for await (const frames of socket) {
    let message: Message;
    try {
      message = codec.decode(frames);
    } catch (error) {
      log(`${name}: message ignored: ${(error as Error).message}`);
      continue;
    }
    listener(message);
  }
}
