import { randomUUID } from "node:crypto";
import type { Outgoing, Receipt, Transport } from "./delivery.ts";
import { requireChannel, requirePerson, requireWorkspace } from "./look-up.ts";
import { toMessageJson } from "./message-json.ts";
import { toViewJson } from "./methods/views.ts";
import { findPosted, interactiveElements } from "./visible.ts";
import type { Channel, Json, Person, Workspace, World } from "./world.ts";

const TRIGGER_LIFE_MS = 3000;
const RESPONSE_URL_LIFE_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

type Actor = { team?: string; user: string };
type Press = Actor & { channel: string; ts: string; actionId: string; option?: string };

/** Slash commands, buttons, menus and modals; each answers how the app acknowledged it. Slack retries none. */
export function createInteractions(world: World, transport: () => Transport) {
  let lastSent: Outgoing | undefined;

  function send(kind: Outgoing["kind"], body: Json): Promise<Receipt> {
    lastSent = { kind, body, acceptsResponse: true };
    return transport().send({ kind, body, acceptsResponse: true }, undefined);
  }

  function actorOf({ team, user }: Actor) {
    const workspace = requireWorkspace(world, team);
    return { workspace, person: requirePerson(workspace, user) };
  }

  function newTrigger(userId: string): string {
    const id = `${Date.now()}.${world.newId("1")}.${randomUUID().replaceAll("-", "")}`;
    const expiresAt = Date.now() + TRIGGER_LIFE_MS;
    world.triggers.set(id, { userId, expiresAt, used: false });
    return id;
  }

  function newResponseUrl(
    workspace: Workspace,
    channel: Channel,
    person: Person,
    posted: { messageTs?: string; threadTs?: string } = {},
  ): string {
    const id = randomUUID();
    world.responseUrls.set(id, {
      teamId: workspace.teamId,
      channelId: channel.id,
      userId: person.id,
      ...posted,
      usesLeft: RESPONSE_URL_USES,
      expiresAt: Date.now() + RESPONSE_URL_LIFE_MS,
    });
    return `${world.origin}/response/${id}`;
  }

  function envelope(type: string, workspace: Workspace, person: Person): Json {
    return {
      type,
      user: {
        id: person.id,
        username: person.name,
        name: person.name,
        team_id: workspace.teamId,
      },
      api_app_id: world.app.id,
      token: world.app.verificationToken,
      trigger_id: newTrigger(person.id),
      team: { id: workspace.teamId, domain: workspace.domain },
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  return {
    /** What was sent last once more, as after a lost acknowledgement: the same trigger. */
    sendAgain(): Promise<Receipt> {
      if (!lastSent) throw new Error("nothing was sent yet");
      return transport().send(lastSent, undefined);
    },
    /** `/command text`, typed in a channel (also where the app is no member). */
    command(typed: Actor & { channel: string; command: string; text?: string }): Promise<Receipt> {
      const { workspace, person } = actorOf(typed);
      const { channel } = requireChannel(world, typed.channel, typed.team);
      return send("slash_commands", {
        token: world.app.verificationToken,
        team_id: workspace.teamId,
        team_domain: workspace.domain,
        channel_id: channel.id,
        channel_name: channel.kind === "im" ? "directmessage" : channel.name,
        user_id: person.id,
        user_name: person.name,
        command: typed.command,
        text: typed.text ?? "",
        api_app_id: world.app.id,
        is_enterprise_install: "false",
        response_url: newResponseUrl(workspace, channel, person),
        trigger_id: newTrigger(person.id),
      });
    },
    /** Presses a button or picks `option` in a menu of a message, ephemeral or not. */
    press({ channel: name, ts, actionId, option, ...actor }: Press): Promise<Receipt> {
      const { workspace, person } = actorOf(actor);
      const { channel } = requireChannel(world, name, actor.team);
      const { message, ephemeral } = findPosted(channel, ts);
      const posted = message ?? ephemeral;
      const found = interactiveElements(posted?.blocks ?? []).find(
        ({ element }) => element["action_id"] === actionId,
      );
      if (posted === undefined || found === undefined) throw new Error(`no ${actionId} at ${ts}`);
      const threadTs = posted.threadTs !== undefined && { threadTs: posted.threadTs };
      return send("interactive", {
        ...envelope("block_actions", workspace, person),
        container: {
          type: "message",
          message_ts: ts,
          channel_id: channel.id,
          is_ephemeral: ephemeral !== undefined,
          ...(posted.threadTs !== undefined && { thread_ts: posted.threadTs }),
        },
        channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
        ...(message && { message: toMessageJson(message, { world, workspace }) }),
        state: { values: {} },
        response_url: newResponseUrl(workspace, channel, person, { messageTs: ts, ...threadTs }),
        actions: [toAction(found, option, world.nextTs())],
      });
    },
    /** What a person types into a menu with external options; the answer is in the receipt. */
    suggest(typed: Actor & { channel: string; actionId: string; value: string }): Promise<Receipt> {
      const { workspace, person } = actorOf(typed);
      const { channel } = requireChannel(world, typed.channel, typed.team);
      const { trigger_id: _none, ...body } = envelope("block_suggestion", workspace, person);
      return send("interactive", {
        ...body,
        action_id: typed.actionId,
        block_id: "block",
        value: typed.value,
        channel: { id: channel.id, name: channel.name },
      });
    },
    /** Submits the person's topmost modal; `values` by block id, then action id. The modal closes unless told otherwise. */
    async submit(actor: Actor & { values: Record<string, Json>; home?: string }): Promise<Receipt> {
      const { workspace, person } = actorOf(actor);
      const modal = workspace.modals.findLast(({ userId }) => userId === person.id);
      if (modal === undefined) throw new Error(`${person.name} sees no modal`);
      const view = toViewJson(modal, { world, workspace });
      const receipt = await send("interactive", {
        ...envelope("view_submission", workspace, person),
        // In a shared channel, whoever fills it in may be at home in another workspace.
        ...(actor.home !== undefined && { team: { id: actor.home, domain: "elsewhere" } }),
        view: {
          ...view,
          app_installed_team_id: workspace.teamId,
          state: { values: actor.values },
        },
        response_urls: [],
      });
      if (!receipt.acked) return receipt;
      const answer = receipt.response as Json | undefined;
      const action = answer?.["response_action"];
      if (action === "update") modal.view = answer?.["view"] as Json;
      else if (action !== "errors" && action !== "push") {
        workspace.modals = workspace.modals.filter((each) => each !== modal);
      }
      world.changed();
      return receipt;
    },
  };
}

function toAction(
  { block, element }: { block: Json; element: Json },
  option: string | undefined,
  ts: string,
): Json {
  const options = (element["options"] ?? []) as Json[];
  const selected = options.find(({ value }) => value === option) ?? { value: option };
  return {
    action_id: element["action_id"],
    block_id: block["block_id"] ?? "block",
    type: element["type"],
    action_ts: ts,
    ...(element["text"] !== undefined && { text: element["text"] }),
    ...(element["value"] !== undefined && { value: element["value"] }),
    ...(option !== undefined && { selected_option: selected }),
  };
}
