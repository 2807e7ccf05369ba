import { newId } from "../../base/ids.ts";
import { AppError } from "../../base/errors.ts";
import { listPlaces, type Place } from "../../rooms/list-places.ts";
import type { MessageFile } from "../../rooms/message-file.ts";
import { Message } from "../../rooms/message.ts";
import { receiveMessage } from "../../rooms/receive-message.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { Room } from "../../rooms/room.ts";
import { Turn } from "../../turns/turn.ts";
import type { Builder } from "../builder.ts";
import { type Refs, toEnumValues } from "../refs.ts";

export function defineRoom(builder: Builder, refs: Refs): void {
  refs.Room.implement({
    description: "A channel, thread or direct message in which agents take part.",
    fields: (t) => ({
      key: t.exposeString("key", { description: "`platform:channel[:thread]`." }),
      messages: t.field({
        type: [refs.Message],
        description: "The newest messages, oldest of them first; at most 200.",
        args: { last: t.arg.int({ defaultValue: 20 }) },
        resolve: async (room, { last }, { em }) => {
          const newest = await em.find(
            Message,
            { room: room.id },
            {
              orderBy: { seq: "desc" },
              limit: Math.min(Math.max(last ?? 20, 1), 200),
              populate: ["person", "agent"],
            },
          );
          return newest.reverse();
        },
      }),
    }),
  });

  const File = builder.objectRef<MessageFile>("MessageFile").implement({
    description: "A file as its platform tells of it.",
    fields: (t) => ({
      name: t.exposeString("name"),
      mimeType: t.string({ nullable: true, resolve: ({ mimeType }) => mimeType ?? null }),
      bytes: t.float({ nullable: true, resolve: ({ bytes }) => bytes ?? null }),
    }),
  });
  refs.Message.implement({
    description: "What a person or an agent wrote.",
    fields: (t) => ({
      id: t.exposeID("id"),
      author: t.field({
        type: refs.Author,
        resolve: ({ person, agent }) =>
          agent
            ? ({ kind: "agent", name: agent.name } as const)
            : ({ kind: "person", name: person?.name ?? "somebody" } as const),
      }),
      text: t.exposeString("text", { description: "Markdown." }),
      files: t.field({
        type: [File],
        description: "The files that came with it.",
        resolve: ({ files }) => files ?? [],
      }),
      postedAt: t.expose("postedAt", { type: "DateTime" }),
      turnId: t.exposeID("turnId", {
        nullable: true,
        description: "The turn whose reply this is; null for people's messages.",
      }),
    }),
  });

  const AuthorKind = builder.enumType("AuthorKind", {
    values: toEnumValues(["person", "agent"]),
  });
  refs.Author.implement({
    fields: (t) => ({
      kind: t.expose("kind", { type: AuthorKind }),
      name: t.exposeString("name"),
    }),
  });

  builder.queryField("room", (t) =>
    t.field({
      type: refs.Room,
      nullable: true,
      description: "The room of a key such as `console:lobby`; null where nobody wrote in it yet.",
      args: { key: t.arg.string({ required: true }) },
      resolve: (_root, { key }, { em }) => {
        parseRoomKey(key);
        return em.findOne(Room, { key });
      },
    }),
  );

  definePlaces(builder);
  defineSendMessage(builder, refs);
}

function definePlaces(builder: Builder): void {
  const PlaceType = builder.objectRef<Place>("Place").implement({
    description: "A channel or direct conversation, with all its threads.",
    fields: (t) => ({
      key: t.exposeString("key", { description: "`platform:channel`, as in room keys." }),
      threads: t.exposeInt("threads", { description: "How many of its threads are rooms." }),
      agents: t.exposeStringList("agents", {
        description: "Slugs of those that take part in it or in one of its threads.",
      }),
      lastAt: t.expose("lastAt", {
        type: "DateTime",
        description: "When an agent answered there last, else when it became a room.",
      }),
    }),
  });
  builder.queryField("places", (t) =>
    t.field({
      type: [PlaceType],
      description: "Where agents take part, the liveliest places first; at most 500.",
      args: {
        under: t.arg.string({
          description: "What the keys begin with, such as `slack:` or `slack:T024BE7LD`.",
        }),
        first: t.arg.int({ defaultValue: 50 }),
      },
      resolve: (_root, { under, first }, { scope }) =>
        listPlaces(scope, { under: under ?? "", first: first ?? 50 }),
    }),
  );
}

function defineSendMessage(builder: Builder, refs: Refs): void {
  const Input = builder.inputType("SendMessageInput", {
    fields: (t) => ({
      room: t.string({ required: true, description: "A console room, such as `console:lobby`." }),
      person: t.string({ required: true, description: "Name of the person who writes." }),
      text: t.string({
        required: true,
        description: "Write `@slug` to address an agent; where the room has only one, no need.",
      }),
      clientMessageId: t.string({
        description: "Makes the call safe to repeat: the same id again yields the first result.",
      }),
    }),
  });
  const Payload = builder
    .objectRef<{ message: Message; turns: Turn[] }>("SendMessagePayload")
    .implement({
      fields: (t) => ({
        message: t.expose("message", { type: refs.Message }),
        turns: t.expose("turns", {
          type: [refs.Turn],
          description: "One per addressed agent; empty where nobody was addressed.",
        }),
      }),
    });

  builder.mutationField("sendMessage", (t) =>
    t.field({
      type: Payload,
      description:
        "Writes into a console room, which is created on first use. Follow the answer with the subscription `roomEvents` or the query `turn`.",
      args: { input: t.arg({ type: Input, required: true }) },
      resolve: async (_root, { input }, { scope, em }) => {
        const { messageId, turnIds } = await receiveMessage(scope, {
          roomKey: requireConsoleRoom(input.room),
          person: toPerson(input.person),
          text: input.text,
          externalId: input.clientMessageId ?? newId(),
        });
        const message = await em.findOneOrFail(Message, messageId, {
          populate: ["person", "agent"],
        });
        const turns = await em.find(Turn, turnIds, { populate: ["conversation.agent"] });
        return { message, turns };
      },
    }),
  );
}

function requireConsoleRoom(key: string): string {
  const { platform } = parseRoomKey(key);
  if (platform === "console") return key;
  throw new AppError(
    "INVALID",
    `Messages reach ${platform} rooms through ${platform} only. Use a room such as console:lobby.`,
  );
}

/** Somebody in a console room: people there are their names. */
export function toPerson(name: string): { externalId: string; name: string } {
  const trimmed = name.trim().toWellFormed().replaceAll("\0", "");
  if (trimmed === "" || trimmed.length > 80) {
    throw new AppError("INVALID", "person must be a name of 1 to 80 characters.");
  }
  return { externalId: trimmed.toLowerCase(), name: trimmed };
}
