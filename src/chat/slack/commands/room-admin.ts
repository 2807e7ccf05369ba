import { z } from "zod";
import { AppError } from "../../../base/errors.ts";
import type { SlackApi } from "../api/slack-api.ts";

const User = z.object({
  user: z.object({ is_admin: z.boolean().optional(), is_owner: z.boolean().optional() }),
});
const Channel = z.object({ channel: z.object({ creator: z.string().optional() }) });

/** Whether a person runs a channel: as an admin or owner of the workspace, or because they made it. */
export async function isRoomAdmin(
  api: SlackApi,
  { channel, user }: { channel: string; user: string },
): Promise<boolean> {
  // A direct conversation is the person's own.
  if (channel.startsWith("D")) return true;
  const found = User.parse(await ask(api, "users.info", { user }));
  if (found.user.is_admin || found.user.is_owner) return true;
  const info = Channel.safeParse(await ask(api, "conversations.info", { channel }));
  return info.success && info.data.channel.creator === user;
}

async function ask(api: SlackApi, method: string, args: Record<string, string>): Promise<unknown> {
  const outcome = await api(method, args);
  if (outcome.kind === "done") return outcome.answer;
  // A private channel that the app is not in: nobody can tell who made it.
  if (outcome.kind === "refused" && outcome.error === "channel_not_found") return undefined;
  throw new AppError(
    "UNAVAILABLE",
    "Slack does not say right now whether you may do this. Try again in a minute.",
  );
}
