import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import type { RoomDirectory } from "../../rooms/room-directory.ts";
import type { Sql } from "../../store/sql.ts";

/** What commands touch; `em` is one unit of work for one command. */
export type CommandScope = {
  em: EntityManager;
  sql: Sql;
  queue: JobQueue;
  clock: Clock;
  directory: RoomDirectory;
};
