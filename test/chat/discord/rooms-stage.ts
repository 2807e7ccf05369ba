import { afterAll } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { databaseSchema } from "../../../src/database-schema.ts";
import { loadSamples } from "../../../src/load-samples.ts";
import { createMemoryQueue } from "../../../src/queue/memory-queue.ts";
import { createRoomDirectory } from "../../../src/rooms/room-directory.ts";
import { openPglite } from "../../../src/store/open-pglite.ts";
import { statement } from "../../../src/store/sql.ts";

const MESSAGES = statement(
  "discord_test_messages",
  `select r.key as room, m.text, m.external_id as id, p.name, m.deleted_at is not null as deleted,
     (select count(*)::int from turn t where t.message_id = m.id) as turns
   from message m join room r on r.id = m.room_id left join person p on p.id = m.person_id
   where r.key like $1 order by m.seq`,
);
const FEEDBACK = statement(
  "discord_test_feedback",
  `select f.verdict, p.name, f.withdrawn_at is not null as withdrawn
   from feedback f join person p on p.id = f.person_id
   join message m on m.turn_id = f.turn_id join room r on r.id = m.room_id where r.key like $1`,
);

export type StoredMessage = {
  room: string;
  text: string;
  id: string;
  name: string | null;
  deleted: boolean;
  turns: number;
};

/** An embedded database with the sample agents, and the ingress over it; closed with the file. */
export async function openRooms() {
  const db = await openPglite(undefined, databaseSchema);
  const { sql, em } = db;
  await loadSamples(em(), "agents");
  const queue = createMemoryQueue({ log: silentLog });
  const clock = systemClock;
  const directory = createRoomDirectory({ sql, clock });
  const ingress = createIngress({
    em,
    sql,
    queue,
    clock,
    directory,
    platforms: new Map(),
    log: silentLog,
  });
  afterAll(async () => {
    await queue.close(5000);
    await db.close();
  });
  return {
    db,
    queue,
    clock,
    directory,
    ingress,
    /** What is stored in the rooms of one server, or of direct conversations. */
    messages: (workspace: string) => sql.rows<StoredMessage>(MESSAGES, [`discord:${workspace}.%`]),
    feedback: (workspace: string) =>
      sql.rows<{ verdict: string; name: string; withdrawn: boolean }>(FEEDBACK, [
        `discord:${workspace}.%`,
      ]),
  };
}

export type Rooms = Awaited<ReturnType<typeof openRooms>>;
