import { plain } from "../../base/plain.ts";
import { stopRoom } from "../../turns/lane/stop-room.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { count } from "./count.ts";

export const stopCommand: Command = {
  name: "stop",
  description: "Stop every answer in this room, now",
  actions: [{ description: "Stop every answer in this room, now", run: stop }],
};

async function stop(scope: CommandScope, { roomKey, person }: Invocation): Promise<Answer> {
  const { running, waiting } = await stopRoom(scope, roomKey, { by: person.name });
  if (running + waiting === 0) return { text: "Nothing is being answered here at the moment." };
  const parts = [
    ...(running > 0 ? [count(running, "answer was ended", "answers were ended")] : []),
    ...(waiting > 0 ? [count(waiting, "question was declined", "questions were declined")] : []),
  ];
  return { to: "room", text: `${plain(person.name)} stopped this room: ${parts.join(", ")}.` };
}
