import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { statement, type Sql } from "../store/sql.ts";
import { findAddressed, namesIn } from "./addressing.ts";
import { askLate } from "./ask-late.ts";
import { findWatched } from "./find-watched.ts";
import { joinAddressed, strangersIn } from "./join-room.ts";
import { type MessageFile, toStoredFiles } from "./message-file.ts";
import { requireText } from "./require-text.ts";
import { receiveInThread } from "./receive-in-thread.ts";
import type { KnownRoom, RoomDirectory } from "./room-directory.ts";
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
  /**
   * The text without its mentions of people and what others said in it, where there is any: nobody is
   * an agent because of a person's name.
   */
  spoken?: string;
  /** The files that came with it; the text names them, too. */
  files?: MessageFile[];
  /** The platform's own id of the message; the same id again changes nothing. */
  externalId: string;
  /**
   * In a channel of a platform, the room of the thread that would begin at the message: there the
   * message belongs, unless the channel is one that answers in itself.
   */
  ownThread?: string;
  /**
   * On a platform, whether the message speaks to the product: its bot was mentioned, or it is a direct
   * message. Absent in console rooms, where agents are mentioned by name or are alone.
   */
  toBot?: boolean;
};

export type ReceivedMessage = {
  messageId: string;
  roomKey: string;
  /** The turns that will answer it, one per addressed agent; none where nobody was addressed. */
  turnIds: string[];
  /** True where this message had been received before. */
  duplicate: boolean;
};

/** A message that was received before, with the turns that it asked for. */
type Known = { id: string; turnIds: string[] };

type Scope = { sql: Sql; queue: JobQueue; clock: Clock; directory: RoomDirectory };

// Stores messages and the turns they ask for (null where the message asks and nobody is there), each provided that the member list seen is still current
// and none of the words that may be names is the name of an agent outside of it.
const RECEIVE = statement(
  "receive_message",
  `with sent as (
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
       $7::int[], $8::json[], $9::jsonb[], $10::json[]) with ordinality
       as sent (id, room_id, person_id, text, external_id, posted_at, version, turns, files, strangers, position)
   ), received as (
     insert into message (id, room_id, person_id, text, external_id, posted_at, files, unheard)
     select sent.id, room.id, sent.person_id, sent.text, sent.external_id, sent.posted_at, sent.files, sent.turns is null
     from sent join room on room.id = sent.room_id and room.version = sent.version
     where sent.strangers is null or not exists (
       select from json_array_elements_text(sent.strangers) as stranger (name)
       join agent on agent.slug = stranger.name or lower(agent.name) = stranger.name)
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
  const begun = await receiveInThread(scope, incoming, text);
  if (begun) {
    const { room, messageId, asked } = begun;
    const turnIds = asked.map(([turnId]) => turnId);
    await announce(scope, room, { messageId, conversationIds: asked.map(([, id]) => id) });
    return { messageId, roomKey: room.key, turnIds, duplicate: false };
  }
  const room = await findRoom(scope, incoming, text);
  return room && receiveIn(scope, room, { ...incoming, text });
}

/** The room that a message belongs to, made where it is new and the message speaks to the product. */
async function findRoom(
  { directory }: Scope,
  { roomKey, ownThread, toBot, spoken }: IncomingMessage,
  text: string,
): Promise<KnownRoom | undefined> {
  const names = namesIn(spoken ?? text, toBot);
  const founders = toBot === true ? { names, orDefault: true } : undefined;
  if (ownThread === undefined) {
    return toBot === false ? findWatched(directory, roomKey) : directory.room(roomKey, founders);
  }
  const known = directory.known(ownThread) ?? directory.known(roomKey);
  if (known?.key === ownThread || known?.replyIn === "room") return known;
  const place = await directory.replyPlace(roomKey, ownThread);
  return directory.room(place === "room" ? roomKey : ownThread, founders);
}

async function receiveIn(
  scope: Scope,
  found: KnownRoom,
  incoming: IncomingMessage,
): Promise<ReceivedMessage> {
  const { text, toBot, externalId, person } = incoming;
  const { directory } = scope;
  const personId = await directory.person(found.workspaceId, person.externalId, person.name);
  let room = found;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (toBot === true && room.members.length === 0)
      room = await joinAddressed(scope, room, incoming);
    const addressed = findAddressed(room, incoming.spoken ?? text, toBot);
    const strangers = strangersIn(room, incoming);
    const messageId = newId();
    const turnIds = addressed.map(newId);
    const rows = await scope.sql.gathered(RECEIVE, [
      messageId,
      room.id,
      personId,
      text,
      externalId,
      new Date(scope.clock.now()).toISOString(),
      room.version,
      toTurns(turnIds, addressed, toBot),
      toStoredFiles(incoming.files),
      strangers.length === 0 ? null : JSON.stringify(strangers),
    ]);
    if (rows.length > 0) {
      const conversationIds = addressed.map(({ conversationId }) => conversationId);
      await announce(scope, room, { messageId, conversationIds });
      return { messageId, roomKey: room.key, turnIds, duplicate: false };
    }
    const [known] = await scope.sql.rows<Known>(FIND_RECEIVED, [room.id, externalId]);
    if (known) return askAgain(scope, room, { known, incoming });
    room = await joinAddressed(scope, await findPlaceAnew(scope, room.key, incoming), incoming);
  }
  throw new AppError("CONFLICT", "The members of this room keep changing. Send the message again.");
}

/** Null where somebody speaks to the product and nobody is there to answer. */
function toTurns(
  turnIds: readonly string[],
  addressed: readonly { conversationId: string }[],
  toBot: boolean | undefined,
): string | null {
  if (toBot === true && addressed.length === 0) return null;
  return JSON.stringify(turnIds.map((id, index) => [id, addressed[index]?.conversationId]));
}

/** The room as somebody has changed it, or the thread where its channel answers in threads by now. */
async function findPlaceAnew(
  { directory }: Scope,
  key: string,
  { ownThread }: IncomingMessage,
): Promise<KnownRoom> {
  const room = await directory.refresh(key);
  const isElsewhere = ownThread !== undefined && room.key !== ownThread;
  return isElsewhere && room.replyIn === "thread" ? directory.room(ownThread, undefined) : room;
}

/** An edit may have made a message speak to the product only now: then it is answered as if it were new. */
async function askAgain(
  scope: Scope,
  { key: roomKey }: KnownRoom,
  { known, incoming }: { known: Known; incoming: IncomingMessage },
): Promise<ReceivedMessage> {
  const { id: messageId, turnIds } = known;
  const before = { messageId, roomKey, turnIds, duplicate: true };
  if (incoming.toBot !== true || turnIds.length > 0) return before;
  const room = await joinAddressed(scope, await scope.directory.refresh(roomKey), incoming);
  const { text, spoken = text } = incoming;
  const asked = await askLate(scope, messageId, findAddressed(room, spoken, true));
  if (asked.length === 0) return before;
  const conversationIds = asked.map(({ conversationId }) => conversationId);
  await Promise.all(conversationIds.map((id) => scope.queue.enqueue(CONVERSATION_LANE, id)));
  return { ...before, turnIds: asked.map(({ id }) => id), duplicate: false };
}

async function announce(
  { queue }: Scope,
  room: KnownRoom,
  { messageId, conversationIds }: { messageId: string; conversationIds: string[] },
): Promise<void> {
  publishRoomEvent(queue, room.id, { type: "MessagePosted", messageId });
  await Promise.all(conversationIds.map((id) => queue.enqueue(CONVERSATION_LANE, id)));
}
