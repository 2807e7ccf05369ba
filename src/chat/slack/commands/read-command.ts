import { z } from "zod";
import { fromChoiceKey, type OpenCommand } from "../../commands/choice-key.ts";
import { CHOICE_ACTION } from "./answer-command.ts";
import { FORM_CALLBACK } from "./command-form.ts";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const trigger = z.string().min(1).max(200);

const SlashCommand = z.object({
  command: z.string().startsWith("/").max(100),
  text: z.string().default(""),
  team_id: id,
  channel_id: id,
  user_id: id,
  trigger_id: trigger,
  response_url: z.url().optional().catch(undefined),
});
const Choice = z.object({
  type: z.literal("block_actions"),
  team: z.object({ id }),
  user: z.object({ id }),
  channel: z.object({ id }),
  trigger_id: trigger,
  response_url: z.url().optional().catch(undefined),
  actions: z.tuple([
    z.object({
      action_id: z.literal(CHOICE_ACTION),
      block_id: z.string(),
      selected_option: z.object({ value: z.string() }),
    }),
  ]),
});
const Form = z.object({
  type: z.literal("view_submission"),
  team: z.object({ id }),
  user: z.object({ id }),
  trigger_id: trigger,
  view: z.looseObject({
    callback_id: z.literal(FORM_CALLBACK),
    app_installed_team_id: id.nullish(),
  }),
});

type Common = { teamId: string; user: string; trigger: string };
type InChannel = { channel: string; responseUrl: string | undefined };
export type Typed = Common & InChannel & { kind: "typed"; command: string; text: string };
export type Chosen = Common & InChannel & { kind: "chosen"; open: OpenCommand; value: string };
export type Sent = Common & { kind: "sent"; body: unknown };

/** A slash command, a choice in the menu of an answer, or a form; undefined for anything else. */
export function readCommand(body: unknown): Typed | Chosen | Sent | undefined {
  return readTyped(body) ?? readChosen(body) ?? readSent(body);
}

function readTyped(body: unknown): Typed | undefined {
  const { success, data } = SlashCommand.safeParse(body);
  if (!success) return undefined;
  return {
    kind: "typed",
    teamId: data.team_id,
    channel: data.channel_id,
    user: data.user_id,
    trigger: data.trigger_id,
    responseUrl: data.response_url,
    command: data.command,
    text: data.text,
  };
}

function readChosen(body: unknown): Chosen | undefined {
  const { success, data } = Choice.safeParse(body);
  const [action] = data?.actions ?? [];
  const open = action && fromChoiceKey(action.block_id);
  if (!success || !open) return undefined;
  return {
    kind: "chosen",
    teamId: data.team.id,
    channel: data.channel.id,
    user: data.user.id,
    trigger: data.trigger_id,
    responseUrl: data.response_url,
    open,
    value: action.selected_option.value,
  };
}

function readSent(body: unknown): Sent | undefined {
  const { success, data } = Form.safeParse(body);
  if (!success) return undefined;
  const { team, view, user, trigger_id } = data;
  const teamId = view.app_installed_team_id ?? team.id;
  return { kind: "sent", teamId, user: user.id, trigger: trigger_id, body };
}
