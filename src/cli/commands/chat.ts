import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { chatInPipe } from "../talk/chat-in-pipe.ts";
import { chatOnTerminal } from "../talk/chat-on-terminal.ts";
import { toSafeLine } from "../safe-text.ts";
import { enterRoom, withRoomOptions } from "./room-options.ts";

export function addChat(program: Command): void {
  withRoomOptions(program.command("chat"))
    .description("talk with the agents of a room; in a pipe, each line is sent in turn")
    .action(async (options: { url?: string; room: string; as: string }) => {
      const room = await enterRoom(options);
      const { stdin, stdout } = process;
      if (!stdin.isTTY || !stdout.isTTY || process.env["TERM"] === "dumb") {
        return chatInPipe(room, stdin, console.log);
      }
      const unsent = await chatOnTerminal(room, stdin, stdout);
      if (unsent.length > 0) {
        const texts = unsent.map((text) => `  ${toSafeLine(text)}`).join("\n");
        throw new AppError("UNAVAILABLE", `The server did not get:\n${texts}`);
      }
    });
}
