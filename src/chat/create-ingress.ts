import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { receiveFromBot } from "../rooms/bots/receive-from-bot.ts";
import { listPlaces } from "../rooms/list-places.ts";
import { deleteMessage, editMessage } from "../rooms/messages/change-message.ts";
import type { ChatPlatforms } from "../rooms/platform/chat-platform.ts";
import type { Ingress } from "../rooms/platform/ingress.ts";
import { type IncomingMessage, receiveIfWatched } from "../rooms/messages/receive-message.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import { statement, type Sql } from "../store/sql.ts";
import { createFirstSigns } from "./first-signs.ts";
import { tellUnheard } from "./tell-unheard.ts";
import {
  recordFeedback,
  withdrawFeedback,
  withdrawReactions,
} from "../turns/feedback/record-feedback.ts";

type Scope = {
  em: () => EntityManager;
  sql: Sql;
  queue: JobQueue;
  clock: Clock;
  directory: RoomDirectory;
  /** Where a first sign is shown to whoever is answered. */
  platforms: ChatPlatforms;
  log: Log;
};

const NEWEST_SEEN = statement(
  "newest_seen",
  `select m.external_id as id from message m join room r on r.id = m.room_id
   where r.key = $1 and m.person_id is not null order by m.seq desc limit 1`,
);

const LIVELY_MS = 7 * 24 * 3_600_000;
const MOST_LIVELY = 50;

/** What the doors of all platforms hand their events to. */
export function createIngress(scope: Scope): Ingress {
  const signs = createFirstSigns(scope.platforms);

  async function receiveFromPerson(incoming: IncomingMessage): Promise<void> {
    const receiving = receiveIfWatched(scope, incoming);
    const settleSign = signs.expect(incoming);
    receiving.then(settleSign, () => settleSign(undefined));
    const received = await receiving;
    if (received) tellUnheard(scope, { ...incoming, roomKey: received.roomKey }, received);
  }

  return {
    async message(incoming) {
      if (incoming.fromBot === true) await receiveFromBot(scope, await inItsPlace(scope, incoming));
      else await receiveFromPerson(incoming);
    },
    edited: (message, edited) => editMessage(scope, message, edited),
    async deleted(message) {
      await deleteMessage(scope, message);
    },
    async reaction(answer, { person, verdict, added }) {
      const room = await scope.directory.find(answer.roomKey);
      if (!room) return;
      const { externalId, name } = person;
      const personId = await scope.directory.person(room.workspaceId, externalId, name);
      if (added) await recordFeedback(scope, answer, { personId, verdict, byReaction: true });
      else await withdrawFeedback(scope, answer, { personId, verdict });
    },
    cleared: (answer, verdict) => withdrawReactions(scope, answer, verdict),
    async livelyIn(under) {
      const since = scope.clock.now() - LIVELY_MS;
      const places = await listPlaces(scope, { under, first: MOST_LIVELY });
      const lively = places.filter(({ lastAt }) => lastAt.getTime() > since);
      return lively.map(({ key }) => key).toReversed();
    },
    async newestSeen(roomKey) {
      const [row] = await scope.sql.rows<{ id: string }>(NEWEST_SEEN, [roomKey]);
      return row?.id;
    },
  };
}

async function inItsPlace(
  { directory }: Scope,
  { ownThread, ...incoming }: IncomingMessage,
): Promise<IncomingMessage> {
  if (ownThread === undefined) return incoming;
  const place = await directory.replyPlace(incoming.roomKey, ownThread);
  return place === "room" ? incoming : { ...incoming, roomKey: ownThread };
}
