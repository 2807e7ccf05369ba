import { toErrorMessage } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import type { ChatPlatforms } from "../../rooms/chat-platform.ts";
import type { Sql } from "../../store/sql.ts";
import { lookRegularly } from "../look-regularly.ts";
import { openReplyUrl, takeUnanswered, type Unanswered } from "./command-claim.ts";

type Scope = { sql: Sql; clock: Clock; secrets: SecretBox | undefined; log: Log };

const NOBODY_IS_TOLD = "people are not told of commands that break off with their process";
const UNREAD = "unanswered commands could not be read";
const TIMEOUT_MS = 10_000;
const EPHEMERAL = 64;

/**
 * Tells those whose commands broke off with their process that they must look and give them again.
 * Any number of processes may do so: each command is told of at most once.
 */
export async function tellUnanswered(scope: Scope): Promise<void> {
  const { secrets } = scope;
  if (!secrets) return;
  for (const command of await takeUnanswered(scope)) {
    try {
      const told = await tell(command, openReplyUrl(secrets, command));
      scope.log.warn({ words: command.words, told }, "command was never answered");
    } catch (error) {
      const fields = { words: command.words, error: toErrorMessage(error) };
      scope.log.warn(fields, "command was never answered, and nobody could be told");
    }
  }
}

/** Without a key nobody can be told, which the log says where there are platforms to give commands on. */
export function startTellingUnanswered({
  platforms,
  ...scope
}: Scope & { platforms: ChatPlatforms }): () => Promise<void> {
  const { secrets, log } = scope;
  if (secrets) return lookRegularly(log, () => tellUnanswered(scope), UNREAD);
  if (platforms.size > 0) log.warn({ set: "TROUPE_SECRET_KEY" }, NOBODY_IS_TOLD);
  return async () => undefined;
}

/** Both platforms take the answer at an address of its own, without any token; false where it is over. */
async function tell({ id, words }: Unanswered, url: string): Promise<boolean> {
  const text = `\`${words}\` was interrupted: it may have taken effect or not. Look, and give it again if it did not.`;
  const body = id.startsWith("discord:")
    ? { content: text, flags: EPHEMERAL, allowed_mentions: { parse: [] } }
    : { text, response_type: "ephemeral", replace_original: false };
  const { ok } = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return ok;
}
