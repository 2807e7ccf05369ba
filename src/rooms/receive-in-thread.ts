import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { statement, type Sql } from "../store/sql.ts";
import { namesIn } from "./addressing.ts";
import { toStoredFiles } from "./message-file.ts";
import type { IncomingMessage } from "./receive-message.ts";
import type { KnownRoom, RoomDirectory } from "./room-directory.ts";

type Scope = { sql: Sql; clock: Clock; directory: RoomDirectory };

/** What was stored in the room of a thread that begins here. */
type Begun = {
  room: KnownRoom;
  messageId: string;
  /** Who was addressed, and by which turn they answer. */
  asked: [turnId: string, conversationId: string][];
};

/** Later ids sort after earlier ones, as those that `newId` makes: this one takes the message's time. */
const ID_OF_THAT_TIME = `overlay(gen_random_uuid()::text placing left(message_id::text, 15) from 1)::uuid`;

// The room of a thread with its members, the message that begins it and its turns. Nothing is stored
// where the channel answers in itself, or where the room is there already. Members are found as
// `create_room` finds them, and who of them is asked as `findAddressed` says.
const RECEIVE_IN_THREAD = statement(
  "receive_in_thread",
  `with sent as (
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[],
       $8::text[], $9::timestamptz[], $10::json[], $11::jsonb[]) with ordinality
       as sent (message_id, room_id, workspace_id, person_id, key, channel_key, text, external_id, at, names,
         files, position)
   ), created as (
     insert into room (id, workspace_id, key, parent_id, created_at)
     select sent.room_id, sent.workspace_id, sent.key, above.id, sent.at
     from sent left join lateral (select id, reply_in from room where key = sent.channel_key limit 1) above on true
     where above.reply_in is distinct from 'room' order by sent.key
     on conflict (key) do nothing returning id, parent_id, version, reply_in
   ), begun as (
     select sent.*, created.parent_id, created.version, created.reply_in
     from sent join created on created.id = sent.room_id
   ), inherited as (
     select begun.position, c.agent_id, c.mode, c.created_at
     from begun join conversation c on c.room_id = begun.parent_id
   ), named as (
     select begun.position, begun.at, agent.id as agent_id, min(nth) as nth
     from begun cross join json_array_elements_text(begun.names) with ordinality as wanted (name, nth)
     join agent on agent.slug = wanted.name or lower(agent.name) = wanted.name group by 1, 2, 3
   ), member as (
     select * from inherited
     union all select position, agent_id, 'mention', at from named
     where (position, agent_id) not in (select position, agent_id from inherited)
     union all select begun.position, home.default_agent_id, 'mention', begun.at
     from begun join workspace home on home.id = begun.workspace_id
     where home.default_agent_id is not null
       and begun.position not in (select position from named union all select position from inherited)
   ), founder as materialized (
     select member.*, named.nth, ${ID_OF_THAT_TIME} as conversation_id, ${ID_OF_THAT_TIME} as turn_id
     from member join begun using (position) left join named using (position, agent_id)
   ), joined as (
     insert into conversation (id, room_id, agent_id, mode, created_at)
     select conversation_id, room_id, agent_id, mode, created_at from founder join begun using (position)
   ), ranked as (
     select *, count(nth) over (partition by position) as called,
       row_number() over (partition by position order by nth nulls last, mode = 'off', created_at) as rank
     from founder
   ), addressed as (
     select * from ranked where nth is not null or (called = 0 and rank = 1)
   ), stored as (
     insert into message (id, room_id, person_id, text, external_id, posted_at, files, unheard)
     select message_id, room_id, person_id, text, external_id, at, files, position not in (select position from addressed)
     from begun order by position
   ), asked as (
     insert into turn (id, conversation_id, message_id, created_at)
     select turn_id, conversation_id, message_id, at from addressed join begun using (position)
     order by position, rank
   )
   select position, version, reply_in as "replyIn",
     coalesce((select json_agg(json_build_object('conversationId', conversation_id, 'agentId', agent.id,
         'slug', agent.slug, 'name', agent.name, 'mode', mode) order by founder.created_at)
       from founder join agent on agent.id = founder.agent_id where founder.position = begun.position), '[]') as members,
     coalesce((select json_agg(json_build_array(turn_id, conversation_id) order by rank)
       from addressed where addressed.position = begun.position), '[]') as asked
   from begun`,
);

type BegunRow = Pick<KnownRoom, "version" | "replyIn" | "members"> & Pick<Begun, "asked">;

/**
 * Stores a mention that begins a thread, with the room of that thread and the turns that answer, in
 * one statement. Undefined where it has to be received in the ordinary way: the writer is not known to
 * this process yet, the channel answers in itself, or the room is there already.
 */
export async function receiveInThread(
  { sql, clock, directory }: Scope,
  incoming: IncomingMessage,
  text: string,
): Promise<Begun | undefined> {
  const { roomKey: channelKey, ownThread: key, externalId, person, toBot } = incoming;
  const isBeginning = key !== undefined && toBot === true && !directory.known(key);
  if (!isBeginning || directory.known(channelKey)?.replyIn === "room") return undefined;
  const writer = directory.knownPerson(channelKey, person.externalId, person.name);
  if (!writer) return undefined;
  const { workspaceId, personId } = writer;
  const [messageId, id] = [newId(), newId()];
  const names = namesIn(incoming.spoken ?? text, toBot);
  const [row] = await sql.gathered<BegunRow>(RECEIVE_IN_THREAD, [
    messageId,
    id,
    workspaceId,
    personId,
    key,
    channelKey,
    text,
    externalId,
    new Date(clock.now()).toISOString(),
    JSON.stringify(names),
    toStoredFiles(incoming.files),
  ]);
  if (!row) return undefined;
  const { version, replyIn, members, asked } = row;
  const room: KnownRoom = { id, key, workspaceId, version, replyIn, members };
  directory.learn(room);
  return { room, messageId, asked };
}
