import { defineEntity, p } from "@mikro-orm/core";
import type { Clock } from "../../base/clock.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { CommandCall } from "./command.ts";

const CommandClaimSchema = defineEntity({
  name: "CommandClaim",
  tableName: "command_claim",
  properties: {
    /** `platform:id`, with the platform's own id of the command. */
    id: p.text().primary(),
    claimedAt: p.datetime(),
    /** The command without its values, such as `/behavior switch`. */
    words: p.text().default(""),
    /** Where the person can still be answered, sealed; null once they were. */
    replyTo: p.text().nullable(),
  },
  indexes: [
    {
      name: "command_claim_unanswered_index",
      expression:
        "create index command_claim_unanswered_index on command_claim (claimed_at) where reply_to is not null",
    },
  ],
});

/** A command that a process has taken; whoever gets it again leaves it alone. */
export class CommandClaim extends CommandClaimSchema.class {}
CommandClaimSchema.setClass(CommandClaim);

type Scope = { sql: Sql; clock: Clock; secrets: SecretBox | undefined };

// Platforms send a command again within minutes; a day is far more.
const CLAIM = statement(
  "claim_command",
  `with old as (delete from command_claim where claimed_at < $2::timestamptz - interval '1 day')
   insert into command_claim (id, claimed_at, words, reply_to) values ($1, $2, $3, $4)
   on conflict (id) do nothing returning id`,
);

const ANSWERED = statement(
  "command_answered",
  `update command_claim set reply_to = null where id = $1`,
);

// Slow ones are still at work; Discord takes no answer after 15 minutes, Slack none after 30.
const TAKE_UNANSWERED = statement(
  "take_unanswered_commands",
  `with taken as (
     select id, reply_to from command_claim
     where reply_to is not null and claimed_at < $1::timestamptz - interval '1 minute'
     limit 100 for update skip locked
   )
   update command_claim c set reply_to = null from taken where c.id = taken.id
   returning c.id, c.words, taken.reply_to as "replyTo"`,
);

/** A command that nobody has answered, and the address, sealed, where that can still be done. */
export type Unanswered = { id: string; words: string; replyTo: string };

/** Takes a command for this process; false where it was taken before. */
export async function claimCommand(
  { sql, clock, secrets }: Scope,
  { id, command, action, replyUrl }: CommandCall,
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  const words = `/${[command, action].filter(Boolean).join(" ")}`.slice(0, 100);
  const replyTo = replyUrl === undefined ? null : (secrets?.seal(replyUrl, about(id)) ?? null);
  return (await sql.rows(CLAIM, [id, now, words, replyTo])).length > 0;
}

/** Notes that the person has been told what became of a command. */
export async function noteAnswered({ sql }: Pick<Scope, "sql">, id: string): Promise<void> {
  await sql.rows(ANSWERED, [id]);
}

/** The commands that were taken a minute ago and never answered, each for one caller. */
export function takeUnanswered({ sql, clock }: Omit<Scope, "secrets">): Promise<Unanswered[]> {
  return sql.rows<Unanswered>(TAKE_UNANSWERED, [new Date(clock.now()).toISOString()]);
}

export function openReplyUrl(secrets: SecretBox, { id, replyTo }: Unanswered): string {
  return secrets.open(replyTo, about(id));
}

function about(id: string): string {
  return `the answer to the command ${id}`;
}
