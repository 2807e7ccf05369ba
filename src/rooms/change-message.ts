import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import { type MessageFile, toStoredFiles } from "./message-file.ts";
import { insist } from "../store/insist.ts";
import { requireText } from "./require-text.ts";
import { DELETED, unask } from "./unask.ts";

type Scope = { sql: Sql; clock: Clock };
type MessageRef = { roomKey: string; externalId: string };

// Edits may arrive in any order: the newest one stays.
const EDIT = statement(
  "edit_message",
  `with known as (
     select id from message
     where room_id = (select id from room where key = $1) and external_id = $2 and deleted_at is null
   ), edited as (
     update message m set text = $3, edited_at = $4,
       files = case when $5 then $6::jsonb else m.files end
     from known where m.id = known.id and (m.edited_at is null or m.edited_at <= $4)
   )
   select id from known`,
);

// The row stays, without its words, so that a late redelivery does not bring the message back.
const DELETE = statement(
  "delete_message",
  `with ${unask(
    `select id from message where room_id = (select id from room where key = $1)
       and external_id = $2 and deleted_at is null`,
    { at: "$3", reason: DELETED },
  )}, gone as (
     update message set text = '', files = null, deleted_at = $3
     where room_id = (select id from room where key = $1) and external_id = $2 and deleted_at is null
     returning id
   ), dropped as (
     delete from attachment using gone where message_id = gone.id
   ), unapproved as (
     update approval set status = 'expired', decided_at = $3
     from unasked where approval.turn_id = unasked.id and approval.status = 'waiting'
   )
   select id from gone`,
);

/**
 * What a message says now; where no files are given, those it had stay. `at` is when the platform says
 * that it was edited, as ISO 8601.
 */
export type EditedMessage = {
  text: string;
  files?: MessageFile[] | undefined;
  at?: string | undefined;
};

/** The stored message follows the newest edit on its platform; false where it is not known. */
export async function editMessage(
  { sql, clock }: Scope,
  { roomKey, externalId }: MessageRef,
  { text, files, at = new Date(clock.now()).toISOString() }: EditedMessage,
): Promise<boolean> {
  const stored = [requireText(text), at, files !== undefined, toStoredFiles(files)];
  return (await sql.rows(EDIT, [roomKey, externalId, ...stored])).length > 0;
}

/**
 * A message deleted on its platform leaves history; what still waited to be answered is not. An answer
 * that has begun goes on with what its worker has read.
 */
export async function deleteMessage(
  { sql, clock }: Scope,
  { roomKey, externalId }: MessageRef,
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  const gone = await insist(() => sql.rows(DELETE, [roomKey, externalId, now]));
  return gone.length > 0;
}
