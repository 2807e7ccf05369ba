import { findMessage } from "../look-up.ts";
import { toPersonJson } from "../message-json.ts";
import { channelOf, SlackFailure, stringOf, type Call, type Method } from "../method.ts";
import { react, unreact } from "../react.ts";
import type { Channel, Message } from "../world.ts";
import { toPage } from "./paging.ts";

export const peopleMethods: Record<string, Method> = {
  "users.info": ({ workspace, args }) => {
    const person = workspace.people.get(stringOf(args, "user") ?? "");
    if (person === undefined) throw new SlackFailure("user_not_found");
    return { user: toPersonJson(person, workspace.teamId) };
  },
  "users.list": ({ workspace, args }) => {
    const { page, metadata } = toPage([...workspace.people.values()], args, 1000);
    const members = page.map((person) => toPersonJson(person, workspace.teamId));
    return { members, cache_ts: 1_700_000_000, response_metadata: metadata };
  },
  "bots.info": ({ world, workspace, args }) => {
    const { bot } = workspace;
    if (stringOf(args, "bot") !== bot.botId) throw new SlackFailure("bot_not_found");
    const { botId: id, userId: user_id, name } = bot;
    return { bot: { id, user_id, name, app_id: world.app.id, deleted: false, icons: {} } };
  },
  "team.info": ({ workspace: { teamId: id, name, domain } }) => ({
    team: { id, name, domain, email_domain: "", icon: { image_default: true } },
  }),
  "reactions.add": (call) => {
    const { channel, message, name } = reactionOf(call);
    const user = call.workspace.bot.userId;
    if (!react({ ...call, channel }, message, user, name)) {
      throw new SlackFailure("already_reacted");
    }
    return {};
  },
  "reactions.remove": (call) => {
    const { channel, message, name } = reactionOf(call);
    const user = call.workspace.bot.userId;
    if (!unreact({ ...call, channel }, message, user, name)) throw new SlackFailure("no_reaction");
    return {};
  },
};

function reactionOf(call: Call): { channel: Channel; message: Message; name: string } {
  const name = stringOf(call.args, "name") ?? "";
  if (!/^[\p{L}\p{N}_+'-]+(::skin-tone-[2-6])?$/u.test(name))
    throw new SlackFailure("invalid_name");
  const ts = stringOf(call.args, "timestamp");
  if (ts === undefined) throw new SlackFailure("no_item_specified");
  if (!/^\d+\.\d{6}$/.test(ts)) throw new SlackFailure("bad_timestamp");
  const channel = channelOf(call);
  const message = findMessage(channel, ts);
  if (message === undefined) throw new SlackFailure("message_not_found");
  return { channel, message, name };
}
