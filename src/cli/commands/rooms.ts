import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatDollars } from "../../base/format-dollars.ts";
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
type Options = { url?: string };
type BindOptions = Options & { bots?: boolean };

const ROOM = `key members { agent { slug } mode answersBots behavior { name source } }
  spend { agentSlug turns costMicros costMicrosToday costMicrosMonth }`;
const SWITCH = `mutation ($room: String!, $agent: String!, $behavior: String) {
  room: switchBehavior(room: $room, agent: $agent, behavior: $behavior) { ${ROOM} } }`;

/** `troupe rooms`: what slash commands do, for operators. A room is named as `console:lobby`. */
export function addRooms(program: Command): void {
  const rooms = program.command("rooms").description("look at rooms, stop them, set them up");
  withServerOptions(rooms.command("show <room>"))
    .description("its agents with their behaviors, and what it has cost")
    .action(async (key: string, options: Options) => {
      const document = `query ($key: String!) { room(key: $key) { ${ROOM} } }`;
      const client = await connect(options);
      const { room } = await client.query<{ room: Room | null }>(document, { key });
      if (!room) throw new AppError("NOT_FOUND", `Nobody has written in ${key} yet.`);
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
      const document = `mutation ($room: String!, $agent: String!, $mode: ParticipationMode!, $bots: Boolean) {
        room: bindAgent(room: $room, agent: $agent, mode: $mode, answersBots: $bots) { ${ROOM} } }`;
      const variables = { room, agent, mode: mode.toUpperCase(), bots: options.bots ?? null };
      await change(await connect(options), document, variables);
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
