import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { remember } from "../base/remember.ts";
import { statement, type Sql } from "../store/sql.ts";
import { toStorableText } from "../store/storable.ts";
import type { Mode } from "./participation.ts";
import { parseRoomKey, toRoomKey } from "./room-key.ts";

export type Member = {
  conversationId: string;
  agentId: string;
  slug: string;
  name: string;
  mode: Mode;
};

/** A room as the door knows it. `version` tells the database whether this copy is current. */
export type KnownRoom = {
  id: string;
  key: string;
  workspaceId: string;
  version: number;
  /** Where a mention in it is answered. */
  replyIn: "thread" | "room";
  members: Member[];
};

/**
 * Who joins a room that is made, besides the agents of its channel: those of these slugs or lower-case
 * names; where there are none at all, the default one.
 */
type Founders = { names: readonly string[]; orDefault: boolean };

/** Rooms and people by their platform names, created on first use and remembered by this process. */
export type RoomDirectory = {
  /** The room of this key, created where it is new; a console room with the default agent in it. */
  room(key: string, founders?: Founders): Promise<KnownRoom>;
  /** Where a mention in a channel is answered; reads the room of the mention's own thread along. */
  replyPlace(channelKey: string, threadKey: string): Promise<"thread" | "room">;
  /** The room of this key if there is one. */
  find(key: string): Promise<KnownRoom | undefined>;
  /** Those rooms of these keys that there are, read anew. */
  read(...keys: string[]): Promise<KnownRoom[]>;
  /** The room as this process remembers it. */
  known(key: string): KnownRoom | undefined;
  /** Remembers a room as it was just stored. */
  learn(room: KnownRoom): void;
  /** Reads the room anew: somebody else changed its members. */
  refresh(key: string): Promise<KnownRoom>;
  /** The id of a person, created on first use; a changed display name is stored. */
  person(workspaceId: string, externalId: string, name: string): Promise<string>;
  /** A person of the workspace of a room's key, whether there is that room or not, as remembered. */
  knownPerson(
    roomKey: string,
    externalId: string,
    name: string,
  ): { workspaceId: string; personId: string } | undefined;
};

const LOAD_ROOMS = statement(
  "load_rooms",
  `select r.id, r.key, r.workspace_id as "workspaceId", r.version, r.reply_in as "replyIn",
     coalesce((select json_agg(json_build_object('conversationId', c.id, 'agentId', a.id,
         'slug', a.slug, 'name', a.name, 'mode', c.mode) order by c.created_at)
       from conversation c join agent a on a.id = c.agent_id where c.room_id = r.id), '[]') as members
   from room r where r.key = any($1::text[])`,
);

// One statement, so that two processes that see the room first make one room with the same members.
// A thread begins with the agents of its channel, as they take part there; those that were there before
// their channel become its own.
const CREATE_ROOM = statement(
  "create_room",
  `with home as (
     insert into workspace (id, platform, external_id, name, default_agent_id, created_at)
     values ($1, $2, $6, $6, (select default_agent_id from workspace where platform = 'console'), $5)
     on conflict (platform, external_id) do nothing returning id, default_agent_id
   ), workspace_row as (
     select id, default_agent_id from home
     union all select id, default_agent_id from workspace where platform = $2 and external_id = $6
     limit 1
   ), created as (
     insert into room (id, workspace_id, key, parent_id, created_at)
     select $3, id, $4, (select id from room where key = $7), $5 from workspace_row
     on conflict (key) do nothing returning id, key, workspace_id, version, reply_in
   ), adopted as (
     update room thread set parent_id = created.id from created
     where $7::text is null and thread.parent_id is null
       and thread.key ~>=~ (created.key || ':') and thread.key ~<~ (created.key || ';')
   ), named as (
     select id, slug, name from agent where slug = any($8::text[]) or lower(name) = any($8::text[])
   ), inherited as (
     select a.id, a.slug, a.name, c.mode, c.created_at from room above
     join conversation c on c.room_id = above.id join agent a on a.id = c.agent_id where above.key = $7
   ), founder as (
     select * from inherited
     union all select id, slug, name, 'mention', $5::timestamptz from named
     where id not in (select id from inherited)
     union all select a.id, a.slug, a.name, 'mention', $5::timestamptz
     from workspace_row join agent a on a.id = default_agent_id
     where $9::boolean and not exists (select from named) and not exists (select from inherited)
   ), joined as (
     insert into conversation (id, room_id, agent_id, mode, created_at)
     select gen_random_uuid(), created.id, founder.id, founder.mode, founder.created_at
     from created, founder returning id, agent_id, mode
   )
   select id, key, workspace_id as "workspaceId", version, reply_in as "replyIn",
     coalesce((select json_agg(json_build_object('conversationId', joined.id, 'agentId', f.id,
         'slug', f.slug, 'name', f.name, 'mode', joined.mode) order by f.created_at)
       from joined join founder f on f.id = joined.agent_id), '[]') as members
   from created`,
);

// Who is called by their id has a name that could not be had just now: one that was had before stays.
const UPSERT_PERSON = statement(
  "upsert_person",
  `insert into person (id, workspace_id, external_id, name, created_at) values ($1, $2, $3, $4, $5)
   on conflict (workspace_id, external_id) do update set
     name = case when excluded.name = excluded.external_id then person.name else excluded.name end
   returning id`,
);

const MOST_REMEMBERED = 20_000;

export function createRoomDirectory({ sql, clock }: { sql: Sql; clock: Clock }): RoomDirectory {
  const rooms = new Map<string, KnownRoom>();
  const people = new Map<string, { id: string; name: string }>();
  const workspaces = new Map<string, string>();

  function learn(room: KnownRoom): void {
    remember(rooms, room.key, room, MOST_REMEMBERED);
    remember(workspaces, toHome(room.key), room.workspaceId, MOST_REMEMBERED);
  }

  async function load(...keys: string[]): Promise<KnownRoom[]> {
    const found = await sql.rows<KnownRoom>(LOAD_ROOMS, [keys]);
    for (const room of found) learn(room);
    return found;
  }

  async function create(key: string, founders: Founders | undefined): Promise<KnownRoom> {
    const place = parseRoomKey(key);
    const { platform, workspace, thread } = place;
    const { thread: _thread, ...channel } = place;
    const parentKey = thread === undefined ? null : toRoomKey(channel);
    const now = new Date(clock.now()).toISOString();
    const { names, orDefault } = founders ?? { names: [], orDefault: platform === "console" };
    // A twin that commits in between is invisible to the statement, so the second round finds it.
    for (let round = 0; round < 3; round++) {
      const [created] = await sql.rows<KnownRoom>(CREATE_ROOM, [
        newId(),
        platform,
        newId(),
        key,
        now,
        workspace ?? "local",
        parentKey,
        names,
        orDefault,
      ]);
      if (created) {
        learn(created);
        return created;
      }
      const [made] = await load(key);
      if (made) return made;
    }
    throw new Error(`room ${key} could not be created`);
  }

  return {
    async room(key, founders) {
      return rooms.get(key) ?? (await load(key))[0] ?? create(key, founders);
    },

    async replyPlace(channelKey, threadKey) {
      const found = await load(channelKey, threadKey);
      return found.find(({ key }) => key === channelKey)?.replyIn ?? "thread";
    },

    read: load,
    known: (key) => rooms.get(key),
    learn,

    async find(key) {
      return rooms.get(key) ?? (await load(key))[0];
    },

    async refresh(key) {
      rooms.delete(key);
      return (await load(key))[0] ?? create(key, undefined);
    },

    async person(workspaceId, externalId, name) {
      const key = `${workspaceId}/${externalId}`;
      const known = people.get(key);
      if (known?.name === name) return known.id;
      const now = new Date(clock.now()).toISOString();
      const [row] = await sql.rows<{ id: string }>(UPSERT_PERSON, [
        newId(),
        workspaceId,
        externalId,
        toStorableText(name),
        now,
      ]);
      const id = (row as { id: string }).id;
      remember(people, key, { id, name }, MOST_REMEMBERED);
      return id;
    },

    knownPerson(roomKey, externalId, name) {
      const workspaceId = workspaces.get(toHome(roomKey));
      const known = people.get(`${workspaceId}/${externalId}`);
      if (workspaceId === undefined || known?.name !== name) return undefined;
      return { workspaceId, personId: known.id };
    },
  };
}

/** What all rooms of a workspace have in common in their keys. */
function toHome(key: string): string {
  const { platform, workspace } = parseRoomKey(key);
  return `${platform}:${workspace ?? ""}`;
}
