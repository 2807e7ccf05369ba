import type { Clock } from "../../base/clock.ts";
import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { ChatPlatforms, ReplyAddress } from "../../rooms/platform/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { ApprovalStatus } from "./approval.ts";
import { renderOutcome } from "./question-text.ts";

type Scope = { sql: Sql; clock: Clock; platforms: ChatPlatforms };

const COLUMNS = `a.id, a.address, a.external_id as "externalId", a.action, a.status,
  a.decided_by as "decidedBy", r.key as "roomKey"
  from approval a join conversation c on c.id = a.conversation_id join room r on r.id = c.room_id
  where a.closed_at is null and a.status <> 'waiting' and a.external_id is not null`;

const LOAD_ONE = statement("load_open_question", `select ${COLUMNS} and a.id = $1`);

// For a day: a platform that takes the change no longer will not take it later either.
const LOAD_ALL = statement(
  "load_open_questions",
  `select ${COLUMNS} and a.decided_at > $1::timestamptz - interval '1 day'
   order by a.decided_at limit 50`,
);

const CLOSED = statement("question_closed", `update approval set closed_at = $2 where id = $1`);

type OpenQuestion = {
  id: string;
  address: ReplyAddress | null;
  externalId: string;
  action: string;
  status: ApprovalStatus;
  decidedBy: string | null;
  roomKey: string;
};

/** Replaces a posted question by how it ended, unless that was done. */
export async function closeQuestion(scope: Scope, id: string): Promise<void> {
  const [question] = await scope.sql.rows<OpenQuestion>(LOAD_ONE, [id]);
  if (question) await close(scope, question);
}

/** Closes the questions that are over and still have their buttons: a process died, a platform was away. */
export async function closeQuestions({ log, ...scope }: Scope & { log: Log }): Promise<void> {
  const now = new Date(scope.clock.now()).toISOString();
  for (const question of await scope.sql.rows<OpenQuestion>(LOAD_ALL, [now])) {
    await close(scope, question).catch((error: unknown) =>
      log.warn({ approvalId: question.id, error: toErrorMessage(error) }, "question stays open"),
    );
  }
}

async function close({ sql, clock, platforms }: Scope, question: OpenQuestion): Promise<void> {
  const { id, address, externalId, roomKey } = question;
  const platform = platforms.get(parseRoomKey(roomKey).platform);
  if (address && !platform) return;
  if (address) await platform?.closeQuestion(address, externalId, renderOutcome(question));
  await sql.rows(CLOSED, [id, new Date(clock.now()).toISOString()]);
}
