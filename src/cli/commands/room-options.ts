import { userInfo } from "node:os";
import type { Command } from "commander";
import { findConnection } from "../connection.ts";
import { createGraphqlClient, type GraphqlClient } from "../graphql-client.ts";
import { createRoomClient, type RoomClient } from "../room-client.ts";

type ServerOptions = { url?: string };
type RoomOptions = ServerOptions & { room: string; as: string };

/** Gives a command the option that says which server it talks to. */
export function withServerOptions(command: Command): Command {
  return command.option("--url <url>", "the running server (default: HOST and PORT)");
}

/** Gives a command the options that say where and as whom it talks. */
export function withRoomOptions(command: Command): Command {
  return withServerOptions(command)
    .option("--room <room>", "a console room; lobby means console:lobby", "lobby")
    .option("--as <name>", "the person who writes", nameOfUser());
}

export async function connect({ url }: ServerOptions): Promise<GraphqlClient> {
  return createGraphqlClient(await findConnection(url, process.env));
}

export async function enterRoom(options: RoomOptions): Promise<RoomClient> {
  return createRoomClient(await connect(options), options.room, options.as);
}

/** Who runs this, as the system knows them. */
export function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as in some containers.
    return "me";
  }
}
