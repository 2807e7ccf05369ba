import { AppError } from "../../base/errors.ts";
import { findSomebody } from "../../rooms/find-somebody.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { type Forgotten, forgetPerson } from "../../turns/privacy/forget-person.ts";
import { loadStoredAbout, type StoredAbout } from "../../turns/privacy/stored-about.ts";
import type { Builder } from "../builder.ts";
import type { RequestContext } from "../context.ts";

/** What is kept about a person, and forgetting it. */
export function defineStoredAbout(builder: Builder): void {
  const Stored = builder.objectRef<StoredAbout>("StoredAbout").implement({
    description: "What is kept about a person of one workspace.",
    fields: (t) => ({
      name: t.exposeString("name"),
      verbosity: t.string({
        nullable: true,
        resolve: ({ preferences }) => preferences.verbosity ?? null,
      }),
      style: t.string({ nullable: true, resolve: ({ preferences }) => preferences.style ?? null }),
      timeZone: t.exposeString("timeZone"),
      messages: t.exposeInt("messages", { description: "Messages with their text." }),
      rooms: t.exposeInt("rooms", { description: "Rooms in which these were written." }),
      oldestMessageAt: t.expose("oldestMessageAt", { type: "DateTime", nullable: true }),
      files: t.exposeInt("files", { description: "Files of these messages." }),
      summaries: t.exposeInt("summaries", {
        description: "Rolling summaries of conversations in which the person wrote.",
      }),
      verdicts: t.exposeInt("verdicts", {
        description: "Answers that the person judged, verdicts taken back included.",
      }),
      reasons: t.exposeInt("reasons", { description: "Of these, how many with a reason." }),
    }),
  });
  const ForgottenRef = builder.objectRef<Forgotten>("Forgotten").implement({
    fields: (t) => ({ messages: t.exposeInt("messages"), summaries: t.exposeInt("summaries") }),
  });
  const args = {
    room: { description: "A room of the person's workspace." },
    person: { description: "The name in console rooms, elsewhere the platform's id." },
  };

  builder.queryField("storedAbout", (t) =>
    t.field({
      type: Stored,
      description: "What is kept about a person; `NOT_FOUND` for somebody nobody knows.",
      args: {
        room: t.arg.string({ required: true, ...args.room }),
        person: t.arg.string({ required: true, ...args.person }),
      },
      resolve: async (_root, { room, person }, context) => {
        const stored = await loadStoredAbout(context.scope, await find(context, room, person));
        if (!stored) throw new AppError("NOT_FOUND", "Nothing is kept about this person.");
        return stored;
      },
    }),
  );
  builder.mutationField("forgetPerson", (t) =>
    t.field({
      type: ForgottenRef,
      description:
        "Forgets preferences, time zone, the words and files of a person's messages, the words of their feedback, and the summaries of conversations they took part in, in the whole workspace. What agents answered stays.",
      args: {
        room: t.arg.string({ required: true, ...args.room }),
        person: t.arg.string({ required: true, ...args.person }),
      },
      resolve: async (_root, { room, person }, context) =>
        forgetPerson(context.scope, await find(context, room, person)),
    }),
  );
}

/** Console people are their names, in lower case. */
function find({ em, scope }: RequestContext, room: string, person: string): Promise<string> {
  const isConsole = parseRoomKey(room).platform === "console";
  const externalId = isConsole ? person.trim().toLowerCase() : person;
  return findSomebody({ em, directory: scope.directory }, room, { externalId });
}
