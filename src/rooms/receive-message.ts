import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { statement, type Sql } from "../store/sql.ts";
import { findAddressed, namesIn } from "./addressing.ts";
import { joinDefaultAgent, joinRoom } from "./join-room.ts";
import { type MessageFile, toStoredFiles } from "./message-file.ts";
import { requireText } from "./require-text.ts";
import type { KnownRoom, Member, RoomDirectory } from "./room-directory.ts";
import { publishRoomEvent } from "./room-events.ts";

/** The queue lane whose ids are conversations with something to answer. */
export const CONVERSATION_LANE = "conversations";

const MOST_ATTEMPTS = 5;

export type IncomingMessage = {
  roomKey: string;
  person: { externalId: string; name: string };
  /** Another bot wrote it; never the product's own. */
  fromBot?: boolean;
  text: string;
  /** The files that came with it; the text names them, too. */
  files?: MessageFile[];
  /** The platform's own id of the message; the same id again changes nothing. */
  externalId: string;
  /**
   * On a platform, whether the message speaks to the product: its bot was mentioned, or it is a direct
   * message. Absent in console rooms, where agents are mentioned by name or are alone.
   */
  toBot?: boolean;
};

export type ReceivedMessage = {
  messageId: string;
  /** The turns that will answer it, one per addressed agent; none where nobody was addressed. */
  turnIds: string[];
  /** True where this message had been received before. */
  duplicate: boolean;
};

type Scope = { sql: Sql; queue: JobQueue; clock: Clock; directory: RoomDirectory };

// Stores messages and the turns they ask for, each provided that the member list seen is still current.
const RECEIVE = statement(
  "receive_message",
  `with sent as (
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
       $7::int[], $8::json[], $9::jsonb[]) with ordinality
       as sent (id, room_id, person_id, text, external_id, posted_at, version, turns, files, position)
   ), received as (
     insert into message (id, room_id, person_id, text, external_id, posted_at, files)
     select sent.id, room.id, sent.person_id, sent.text, sent.external_id, sent.posted_at, sent.files
     from sent join room on room.id = sent.room_id and room.version = sent.version
     order by sent.position
     on conflict (room_id, external_id) do nothing returning id
   ), stored as (
     select sent.* from sent join received using (id) order by sent.position
   ), asked as (
     insert into turn (id, conversation_id, message_id, created_at)
     select (ask ->> 0)::uuid, (ask ->> 1)::uuid, stored.id, stored.posted_at
     from stored, json_array_elements(stored.turns) as ask
   )
   select position from stored`,
);

const FIND_RECEIVED = statement(
  "find_received_message",
  `select m.id, coalesce(json_agg(t.id order by t.seq) filter (where t.id is not null), '[]') as "turnIds"
   from message m left join turn t on t.message_id = m.id
   where m.room_id = $1 and m.external_id = $2 group by m.id`,
);

/**
 * Stores a person's message with the turns that answer it, in one transaction, and wakes the workers.
 * Safe to repeat: a message that was received before yields its first result. An empty or oversized
 * text is an `INVALID` error and leaves nothing behind.
 */
export async function receiveMessage(
  scope: Scope,
  incoming: IncomingMessage,
): Promise<ReceivedMessage> {
  const received = await receiveIfWatched(scope, incoming);
  if (!received) throw new Error("a console message is always received");
  return received;
}

/**
 * Likewise for platforms, where a channel becomes a room only when somebody speaks to the product in
 * it: a message of any other channel is left alone, and the answer is undefined.
 */
export async function receiveIfWatched(
  scope: Scope,
  incoming: IncomingMessage,
): Promise<ReceivedMessage | undefined> {
  const text = requireText(incoming.text);
  const { roomKey, toBot } = incoming;
  let room =
    toBot === false
      ? await scope.directory.find(roomKey)
      : await scope.directory.room(
          roomKey,
          toBot && { names: namesIn(text, toBot), orDefault: true },
        );
  if (!room) return undefined;
  const { externalId, name } = incoming.person;
  const personId = await scope.directory.person(room.workspaceId, externalId, name);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    room = await joinAddressed(scope, room, { text, toBot: incoming.toBot });
    const addressed = findAddressed(room, text, incoming.toBot);
    const messageId = newId();
    const turnIds = addressed.map(newId);
    const rows = await scope.sql.gathered(RECEIVE, [
      messageId,
      room.id,
      personId,
      text,
      incoming.externalId,
      new Date(scope.clock.now()).toISOString(),
      room.version,
      JSON.stringify(turnIds.map((id, index) => [id, addressed[index]?.conversationId])),
      toStoredFiles(incoming.files),
    ]);
    if (rows.length > 0) {
      await announce(scope, room, messageId, addressed);
      return { messageId, turnIds, duplicate: false };
    }
    const [known] = await scope.sql.rows<{ id: string; turnIds: string[] }>(FIND_RECEIVED, [
      room.id,
      incoming.externalId,
    ]);
    if (known) return { messageId: known.id, turnIds: known.turnIds, duplicate: true };
    room = await scope.directory.refresh(incoming.roomKey);
  }
  throw new AppError("CONFLICT", "The members of this room keep changing. Send the message again.");
}

async function announce(
  { queue }: Scope,
  room: KnownRoom,
  messageId: string,
  addressed: Member[],
): Promise<void> {
  publishRoomEvent(queue, room.id, { type: "MessagePosted", messageId });
  await Promise.all(
    addressed.map(({ conversationId }) => queue.enqueue(CONVERSATION_LANE, conversationId)),
  );
}

/** Agents that are addressed and known, but not in the room yet, join it; else the default agent. */
async function joinAddressed(
  scope: Scope,
  room: KnownRoom,
  { text, toBot }: { text: string; toBot: boolean | undefined },
): Promise<KnownRoom> {
  const isMember = (name: string) =>
    room.members.some((member) => member.slug === name || member.name.toLowerCase() === name);
  const strangers = namesIn(text, toBot).filter(
    (name) => !isMember(name) && !room.lookedFor?.includes(name),
  );
  let joined = strangers.length === 0 ? 0 : await joinRoom(scope, room, strangers);
  if (joined === 0 && toBot === true && room.members.length === 0) {
    joined = await joinDefaultAgent(scope, room);
  }
  return joined > 0 ? scope.directory.refresh(room.key) : room;
}
