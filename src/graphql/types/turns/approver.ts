import { AppError } from "../../../base/errors.ts";
import { parseRoomKey } from "../../../rooms/room-key.ts";
import { listApprovers } from "../../../turns/approvals/list-approvers.ts";
import { setApprovers } from "../../../turns/approvals/set-approvers.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";
import { toPerson } from "../rooms/room.ts";

export function defineApprover(builder: Builder, refs: Refs): void {
  builder.queryField("approvers", (t) =>
    t.field({
      type: [refs.Person],
      description:
        "Who is listed to decide beside the one who asked: in a room and its threads, or, where an agent is named, what that agent asks anywhere in the room's workspace.",
      args: {
        room: t.arg.string({ required: true }),
        agent: t.arg.string({ description: "Its slug." }),
      },
      resolve: (_root, { room, agent }, { em }) =>
        listApprovers({ em }, room, agent === null || agent === undefined ? {} : { agent }),
    }),
  );

  builder.mutationFields((t) => ({
    setApprovers: t.field({
      type: [refs.Person],
      description:
        "Who may decide beside the one who asked: in a room and its threads, or, where an agent is named, what that agent asks anywhere in the room's workspace. Replaces the list; an empty one takes it away.",
      args: {
        room: t.arg.string({ required: true }),
        agent: t.arg.string({ description: "Its slug." }),
        people: t.arg.stringList({
          required: true,
          description: "Names in console rooms, elsewhere the platform's ids of the people.",
        }),
      },
      resolve: (_root, { room, agent, people }, { em, scope }) => {
        const isConsole = parseRoomKey(room).platform === "console";
        return setApprovers({ em, directory: scope.directory }, room, {
          ...(agent !== null && agent !== undefined && { agent }),
          people: people.map((id) => (isConsole ? toPerson(id) : toMember(id))),
        });
      },
    }),
  }));
}

function toMember(id: string): { externalId: string; name: string } {
  if (/^[A-Z0-9]{3,40}$/.test(id)) return { externalId: id, name: id };
  throw new AppError(
    "INVALID",
    `"${id.slice(0, 60)}" is no person's id. Slack's look like U024BE7LH.`,
  );
}
