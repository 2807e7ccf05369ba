import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import { requireText } from "./require-text.ts";

type Scope = { sql: Sql; clock: Clock };
type MessageRef = { roomKey: string; externalId: string };

const EDIT = statement(
  "edit_message",
  `update message set text = $3, edited_at = $4
   where room_id = (select id from room where key = $1) and external_id = $2 and deleted_at is null
   returning id`,
);

// The row stays, without its words, so that a late redelivery does not bring the message back.
const DELETE = statement(
  "delete_message",
  `with gone as (
     update message set text = '', deleted_at = $3
     where room_id = (select id from room where key = $1) and external_id = $2 and deleted_at is null
     returning id
   ), unasked as (
     update turn set status = 'declined', finished_at = $3,
       reason = 'The message was deleted before it was answered.'
     from gone where turn.message_id = gone.id and turn.status = 'pending'
   )
   select id from gone`,
);

/** The stored message follows an edit on its platform; false where it is not known. */
export async function editMessage(
  { sql, clock }: Scope,
  { roomKey, externalId }: MessageRef,
  text: string,
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  return (await sql.rows(EDIT, [roomKey, externalId, requireText(text), now])).length > 0;
}

/** A message deleted on its platform leaves history; what still waited to be answered is not. */
export async function deleteMessage(
  { sql, clock }: Scope,
  { roomKey, externalId }: MessageRef,
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  return (await sql.rows(DELETE, [roomKey, externalId, now])).length > 0;
}
