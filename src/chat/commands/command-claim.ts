import { defineEntity, p } from "@mikro-orm/core";
import type { Clock } from "../../base/clock.ts";
import { statement, type Sql } from "../../store/sql.ts";

const CommandClaimSchema = defineEntity({
  name: "CommandClaim",
  tableName: "command_claim",
  properties: {
    /** `platform:id`, with the platform's own id of the command. */
    id: p.text().primary(),
    claimedAt: p.datetime(),
  },
});

/** A command that a process has taken; whoever gets it again leaves it alone. */
export class CommandClaim extends CommandClaimSchema.class {}
CommandClaimSchema.setClass(CommandClaim);

// Platforms send a command again within minutes; a day is far more.
const CLAIM = statement(
  "claim_command",
  `with old as (delete from command_claim where claimed_at < $2::timestamptz - interval '1 day')
   insert into command_claim (id, claimed_at) values ($1, $2) on conflict (id) do nothing returning id`,
);

/** Takes a command for this process; false where it was taken before. */
export async function claimCommand(
  { sql, clock }: { sql: Sql; clock: Clock },
  id: string,
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  return (await sql.rows(CLAIM, [id, now])).length > 0;
}
