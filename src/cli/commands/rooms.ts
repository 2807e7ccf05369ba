import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatDollars } from "../../base/format-dollars.ts";
import { MODES, REPLY_PLACES } from "../../rooms/participation.ts";
import { formatTable } from "../format-table.ts";
import type { GraphqlClient } from "../graphql-client.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Room = {
  key: string;
  members: {
    agent: { slug: string };
    mode: string;
    answersBots: boolean;
    behavior: { name: string; source: string } | null;
  }[];
  spend: {
    agentSlug: string;
    turns: number;
    costMicros: string;
    costMicrosToday: string;
    costMicrosMonth: string;
  }[];
};
type Place = { key: string; threads: number; agents: string[]; lastAt: string };
type Options = { url?: string };
type BindOptions = Options & { bots?: boolean };

const ROOM = `key members { agent { slug } mode answersBots behavior { name source } }
  spend { agentSlug turns costMicros costMicrosToday costMicrosMonth }`;
const SWITCH = `mutation ($room: String!, $agent: String!, $behavior: String) {
  room: switchBehavior(room: $room, agent: $agent, behavior: $behavior) { ${ROOM} } }`;

const REPLIES = `mutation ($room: String!, $place: ReplyPlace!) {
  room: setReplyPlace(room: $room, place: $place) { ${ROOM} } }`;
const BUTTONS = `mutation ($room: String!, $shown: Boolean) {
  room: setFeedbackButtons(room: $room, shown: $shown) { ${ROOM} } }`;
const SHOWN = new Map([
  ["on", true],
  ["off", false],
  ["inherit", null],
]);
const LOOK = "`npx troupe rooms list` shows where agents take part, in threads too.";

/** `troupe rooms`: what slash commands do, for operators. A room is named as `console:lobby`. */
export function addRooms(program: Command): void {
  const rooms = program.command("rooms").description("look at rooms, stop them, set them up");
  withServerOptions(rooms.command("list [under]"))
    .description("channels and direct conversations, the liveliest first: all, or slack:T024BE7LD")
    .action(async (under: string | undefined, options: Options) => {
      const document = `query ($under: String) { places(under: $under, first: 500) {
        key threads agents lastAt } }`;
      const client = await connect(options);
      const { places } = await client.query<{ places: Place[] }>(document, { under });
      console.log(formatPlaces(places));
    });
  withServerOptions(rooms.command("show <room>"))
    .description("its agents with their behaviors, and what it has cost")
    .action(async (key: string, options: Options) => {
      const document = `query ($key: String!) { room(key: $key) { ${ROOM} } }`;
      const client = await connect(options);
      const { room } = await client.query<{ room: Room | null }>(document, { key });
      if (!room) throw new AppError("NOT_FOUND", `${key} itself is no room yet. ${LOOK}`);
      console.log(formatRoom(room));
    });
  withServerOptions(rooms.command("stop <room>"))
    .description("end every answer in the room and its threads, now")
    .action(async (room: string, options: Options) => {
      const document = `mutation ($room: String!) { stopRoom(room: $room) { running waiting } }`;
      type Data = { stopRoom: { running: number; waiting: number } };
      const { stopRoom } = await (await connect(options)).query<Data>(document, { room });
      console.log(
        formatTable([
          ["ended", String(stopRoom.running)],
          ["declined", String(stopRoom.waiting)],
        ]),
      );
    });
  withServerOptions(rooms.command("bind <room> <agent> <mode>"))
    .description("how an agent takes part: mention, always, listen or off")
    .option("--bots", "answer other bots too, within the loop guard")
    .option("--no-bots", "answer people only")
    .action(async (room: string, agent: string, mode: string, options: BindOptions) => {
      if (!MODES.some((known) => known === mode)) {
        throw new AppError("INVALID", `A mode is one of ${MODES.join(", ")}, not ${mode}.`);
      }
      const document = `mutation ($room: String!, $agent: String!, $mode: ParticipationMode!, $bots: Boolean) {
        room: bindAgent(room: $room, agent: $agent, mode: $mode, answersBots: $bots) { ${ROOM} } }`;
      const variables = { room, agent, mode: mode.toUpperCase(), bots: options.bots ?? null };
      await change(await connect(options), document, variables);
    });
  withServerOptions(rooms.command("replies <room> <place>"))
    .description(
      "where mentions in a channel are answered: in a thread of their own, or in the room",
    )
    .action(async (room: string, place: string, options: Options) => {
      if (!REPLY_PLACES.some((known) => known === place)) {
        throw new AppError("INVALID", `A place is thread or room, not ${place}.`);
      }
      await change(await connect(options), REPLIES, { room, place: place.toUpperCase() });
    });
  withServerOptions(rooms.command("buttons <room> <on|off|inherit>"))
    .description("whether answers carry 👍 and 👎; inherit lets a thread do as its channel does")
    .action(async (room: string, wish: string, options: Options) => {
      const shown = SHOWN.get(wish);
      if (shown === undefined) {
        throw new AppError("INVALID", `Buttons are on, off or inherit, not ${wish}.`);
      }
      await change(await connect(options), BUTTONS, { room, shown });
    });
  withServerOptions(rooms.command("switch <room> <agent> <behavior>"))
    .description("let an agent follow a behavior in this room only")
    .action(async (room: string, agent: string, behavior: string, options: Options) => {
      await change(await connect(options), SWITCH, { room, agent, behavior });
    });
  withServerOptions(rooms.command("reset <room> <agent>"))
    .description("let the agent's own behavior apply again")
    .action(async (room: string, agent: string, options: Options) => {
      await change(await connect(options), SWITCH, { room, agent, behavior: null });
    });
}

async function change(
  client: GraphqlClient,
  document: string,
  variables: Record<string, unknown>,
): Promise<void> {
  const { room } = await client.query<{ room: Room }>(document, variables);
  console.log(formatRoom(room));
}

function formatPlaces(places: Place[]): string {
  if (places.length === 0) return "No agent takes part anywhere there yet.";
  const rows = places.map(({ key, threads, agents, lastAt }) => [
    key,
    String(threads),
    agents.map((slug) => `@${slug}`).join(" ") || "-",
    lastAt.slice(0, 16).replace("T", " "),
  ]);
  return formatTable([["ROOM", "THREADS", "AGENTS", "LAST (UTC)"], ...rows]);
}

function formatRoom({ key, members, spend }: Room): string {
  const rows = members.map(({ agent, mode, answersBots, behavior }) => {
    const spent = spend.find(({ agentSlug }) => agentSlug === agent.slug);
    return [
      `@${agent.slug}`,
      answersBots ? `${mode}, bots` : mode,
      behavior ? `${behavior.name} (${behavior.source.toLowerCase()})` : "-",
      String(spent?.turns ?? 0),
      formatDollars(spent?.costMicros ?? "0"),
      formatDollars(spent?.costMicrosToday ?? "0"),
      formatDollars(spent?.costMicrosMonth ?? "0"),
    ];
  });
  if (rows.length === 0) return `No agent is in ${key}.`;
  return formatTable([
    ["AGENT", "MODE", "BEHAVIOR", "TURNS", "COST", "LAST 24 H", "LAST 30 D"],
    ...rows,
  ]);
}
