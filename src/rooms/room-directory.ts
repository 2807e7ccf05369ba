import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { Mode } from "./conversation.ts";
import { parseRoomKey, type RoomKey, toRoomKey } from "./room-key.ts";

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
  members: Member[];
};

/** Rooms and people by their platform names, created on first use and remembered by this process. */
export type RoomDirectory = {
  /** The room of this key, created where it is new; a console room with the default agent in it. */
  room(key: string): Promise<KnownRoom>;
  /** The room of this key if there is one. */
  find(key: string): Promise<KnownRoom | undefined>;
  /** Reads the room anew: somebody else changed its members. */
  refresh(key: string): Promise<KnownRoom>;
  /** The id of a person, created on first use; a changed display name is stored. */
  person(workspaceId: string, externalId: string, name: string): Promise<string>;
};

const LOAD_ROOM = statement(
  "load_room",
  `select r.id, r.key, r.workspace_id as "workspaceId", r.version,
     coalesce((select json_agg(json_build_object('conversationId', c.id, 'agentId', a.id,
         'slug', a.slug, 'name', a.name, 'mode', c.mode) order by c.created_at)
       from conversation c join agent a on a.id = c.agent_id where c.room_id = r.id), '[]') as members
   from room r where r.key = $1`,
);

// One statement, so that two processes that see the room first make one room with one default agent.
const CREATE_ROOM = statement(
  "create_room",
  `with home as (
     insert into workspace (id, platform, external_id, name, default_agent_id, created_at)
     values ($1, $2, $7, $7, (select default_agent_id from workspace where platform = 'console'), $6)
     on conflict (platform, external_id) do nothing returning id, default_agent_id
   ), workspace_row as (
     select id, default_agent_id from home
     union all select id, default_agent_id from workspace where platform = $2 and external_id = $7
     limit 1
   ), created as (
     insert into room (id, workspace_id, key, parent_id, created_at)
     select $3, id, $4, (select id from room where key = $8), $6 from workspace_row
     on conflict (key) do nothing returning id
   )
   insert into conversation (id, room_id, agent_id, created_at)
   select $5, created.id, workspace_row.default_agent_id, $6 from created, workspace_row
   where workspace_row.default_agent_id is not null and $2 = 'console'`,
);

const UPSERT_PERSON = statement(
  "upsert_person",
  `insert into person (id, workspace_id, external_id, name, created_at) values ($1, $2, $3, $4, $5)
   on conflict (workspace_id, external_id) do update set name = excluded.name returning id`,
);

const MOST_REMEMBERED = 20_000;

export function createRoomDirectory({ sql, clock }: { sql: Sql; clock: Clock }): RoomDirectory {
  const rooms = new Map<string, KnownRoom>();
  const people = new Map<string, { id: string; name: string }>();

  async function load(key: string): Promise<KnownRoom | undefined> {
    const [room] = await sql.rows<KnownRoom>(LOAD_ROOM, [key]);
    if (room) remember(rooms, key, room);
    return room;
  }

  async function create(key: string, place: RoomKey): Promise<KnownRoom> {
    const { platform, workspace, thread } = place;
    const { thread: _thread, ...channel } = place;
    const parentKey = thread === undefined ? null : toRoomKey(channel);
    const now = new Date(clock.now()).toISOString();
    // A twin that commits in between is invisible to the statement, so the second round finds it.
    for (let round = 0; round < 3; round++) {
      const ids = [newId(), platform, newId(), key, newId()];
      await sql.rows(CREATE_ROOM, [...ids, now, workspace ?? "local", parentKey]);
      const room = await load(key);
      if (room) return room;
    }
    throw new Error(`room ${key} could not be created`);
  }

  return {
    async room(key) {
      return rooms.get(key) ?? (await load(key)) ?? create(key, parseRoomKey(key));
    },

    async find(key) {
      return rooms.get(key) ?? load(key);
    },

    async refresh(key) {
      rooms.delete(key);
      return (await load(key)) ?? create(key, parseRoomKey(key));
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
        name,
        now,
      ]);
      const id = (row as { id: string }).id;
      remember(people, key, { id, name });
      return id;
    },
  };
}

/** Keeps the map bounded by dropping what was remembered first. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value as string);
}
