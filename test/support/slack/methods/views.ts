import { checkBlocks } from "../check-blocks.ts";
import { ShapeFailure } from "../check-content.ts";
import {
  listOf,
  objectOf,
  SlackFailure,
  stringOf,
  writableChannel,
  type Call,
  type Method,
} from "../method.ts";
import type { Json, View } from "../world.ts";

const BLOCKS_PER_VIEW = 100;
const TITLE_LIMIT = 24;
const PRIVATE_METADATA_LIMIT = 3000;
const PROMPTS = 4;
const LOADING_MESSAGES = 10;

export const viewMethods: Record<string, Method> = {
  "views.open": (call) => openModal(call),
  "views.push": (call) => openModal(call),
  "views.publish": (call) => {
    const { world, workspace, args } = call;
    const view = checkedView(args, "home");
    const userId = stringOf(args, "user_id") ?? "";
    if (!workspace.people.has(userId)) throw new SlackFailure("invalid_arguments");
    const home = { id: world.newId("V"), userId, view, hash: world.nextTs() };
    workspace.homes.set(userId, home);
    world.changed();
    return { view: toViewJson(home, call) };
  },
  "views.update": (call) => {
    const { world, workspace, args } = call;
    const open = workspace.modals.find(
      ({ id, view }) =>
        id === stringOf(args, "view_id") ||
        (view["external_id"] !== undefined && view["external_id"] === args["external_id"]),
    );
    if (open === undefined) throw new SlackFailure("not_found");
    const hash = stringOf(args, "hash");
    if (hash !== undefined && hash !== open.hash) throw new SlackFailure("hash_conflict");
    open.view = checkedView(args, "modal");
    open.hash = world.nextTs();
    world.changed();
    return { view: toViewJson(open, call) };
  },
  "assistant.threads.setStatus": (call) => {
    const { channel, threadTs } = assistantThread(call);
    const status = stringOf(call.args, "status") ?? "";
    if ((listOf(call.args, "loading_messages") ?? []).length > LOADING_MESSAGES) {
      throw new ShapeFailure("invalid_arguments", [`over ${LOADING_MESSAGES} loading_messages`]);
    }
    if (status === "") channel.statuses.delete(threadTs);
    else channel.statuses.set(threadTs, status);
    call.world.changed();
    return {};
  },
  "assistant.threads.setTitle": (call) => {
    assistantThread(call);
    return {};
  },
  "assistant.threads.setSuggestedPrompts": (call) => {
    writableChannel(call, "channel_id");
    if ((listOf(call.args, "prompts") ?? []).length > PROMPTS) {
      throw new ShapeFailure("invalid_arguments", [`over ${PROMPTS} prompts`]);
    }
    return {};
  },
};

function assistantThread(call: Call) {
  const channel = writableChannel(call, "channel_id");
  const threadTs = stringOf(call.args, "thread_ts") ?? "";
  const known = channel.messages.some(({ ts, threadTs: root }) => [ts, root].includes(threadTs));
  if (!known) throw new SlackFailure("invalid_thread_ts");
  return { channel, threadTs };
}

function openModal(call: Call): Json {
  const { world, workspace, args } = call;
  const view = checkedView(args, "modal");
  const triggerId = stringOf(args, "trigger_id");
  const trigger = world.triggers.get(triggerId ?? "");
  if (trigger === undefined) throw new SlackFailure("invalid_trigger_id");
  if (trigger.expiresAt < Date.now()) throw new SlackFailure("expired_trigger_id");
  if (trigger.used) throw new SlackFailure("exchanged_trigger_id");
  trigger.used = true;
  const modal = { id: world.newId("V"), userId: trigger.userId, view, hash: world.nextTs() };
  workspace.modals.push(modal);
  world.changed();
  return { view: toViewJson(modal, call) };
}

function checkedView(args: Json, type: "home" | "modal"): Json {
  const view = objectOf(args, "view") ?? {};
  const problems = checkBlocks(listOf(view, "blocks") ?? [], BLOCKS_PER_VIEW);
  if (view["type"] !== type) problems.push(`view type ${String(view["type"])}, wanted ${type}`);
  if (!Array.isArray(view["blocks"])) problems.push("missing required field: blocks");
  if (type === "modal" && !hasTitle(view)) problems.push(`title of 1 to ${TITLE_LIMIT}`);
  const metadata = stringOf(view, "private_metadata") ?? "";
  if (metadata.length > PRIVATE_METADATA_LIMIT) {
    problems.push(`private_metadata over ${PRIVATE_METADATA_LIMIT}`);
  }
  if (problems.length > 0) throw new ShapeFailure("invalid_arguments", problems);
  return view;
}

function hasTitle(view: Json): boolean {
  const title = stringOf(objectOf(view, "title") ?? {}, "text") ?? "";
  return title !== "" && title.length <= TITLE_LIMIT;
}

export function toViewJson(
  { id, view, hash }: View,
  { world, workspace }: Pick<Call, "world" | "workspace">,
): Json {
  return {
    id,
    team_id: workspace.teamId,
    private_metadata: "",
    callback_id: "",
    external_id: "",
    ...view,
    state: { values: {} },
    hash,
    clear_on_close: false,
    notify_on_close: false,
    previous_view_id: null,
    root_view_id: id,
    app_id: world.app.id,
    app_installed_team_id: workspace.teamId,
    bot_id: workspace.bot.botId,
  };
}
