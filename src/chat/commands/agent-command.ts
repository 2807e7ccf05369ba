import { plain } from "../../base/plain.ts";
import { AgentStatistics } from "../../agents/agent-statistics.ts";
import { findAgent } from "../../agents/find-agent.ts";
import { suggestAgents } from "../../agents/suggest-agents.ts";
import { loadEffectiveBehaviors } from "../../behaviors/engine/effective-behavior.ts";
import { bindAgent } from "../../rooms/bind-agent.ts";
import type { Mode } from "../../rooms/participation.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { listRoomAgents, type RoomAgent, requireRoomAgent } from "./room-agents.ts";

const MOST_LISTED = 25;
const MANNERS: Record<Mode, string> = {
  mention: "answers when it is mentioned",
  always: "answers every message",
  listen: "remembers, and answers when it is mentioned",
  off: "takes no part",
};

const agent = { name: "agent", description: "Its name", kind: "agent" } as const;
const member = { name: "agent", description: "Its name", kind: "member" } as const;

export const agentCommand: Command = {
  name: "agent",
  description: "The agents of this room",
  actions: [
    { name: "list", description: "Who is here, and who could be", run: list },
    { name: "info", description: "What an agent is and does", options: [agent], run: info },
    {
      name: "invite",
      description: "Bring an agent into this room",
      options: [
        { ...agent, required: true },
        {
          name: "mode",
          description: "When it answers; on mention unless you say otherwise",
          kind: "text",
          choices: ["mention", "always", "listen"],
        },
      ],
      run: invite,
    },
    {
      name: "leave",
      description: "Send an agent out of this room",
      options: [{ ...member, required: true }],
      run: leave,
    },
  ],
};

async function list(scope: CommandScope, { roomKey }: Invocation): Promise<Answer> {
  const here = await listRoomAgents(scope, roomKey);
  const known = new Set(here.map(({ slug }) => slug));
  const all = await suggestAgents(scope, "", { limit: MOST_LISTED + known.size + 1 });
  const others = all.filter(({ slug }) => !known.has(slug));
  const names = others.slice(0, MOST_LISTED).map(({ slug }) => `\`${slug}\``);
  const more = others.length > MOST_LISTED ? " and more" : "";
  const lines = [
    here.length > 0 ? "**In this room**" : "No agent is in this room.",
    ...here.slice(0, MOST_LISTED).map(describe),
    ...(names.length > 0
      ? ["", `**Could be invited** with \`/agent invite\`: ${names.join(", ")}${more}`]
      : []),
  ];
  return { text: lines.join("\n") };
}

function describe({ slug, name, status, mode }: RoomAgent): string {
  const state = status === "active" ? MANNERS[mode] : `is ${status}`;
  return `- **${plain(name)}** (\`${slug}\`) ${state}`;
}

async function info(scope: CommandScope, { roomKey, values }: Invocation): Promise<Answer> {
  const found = await requireRoomAgent(scope, roomKey, values["agent"]);
  const statistics = await scope.em.findOne(AgentStatistics, { agent: found.id });
  const behavior = (await loadEffectiveBehaviors(scope, roomKey)).get(found.id);
  const tasks = statistics?.tasksCompleted ?? 0;
  const lines = [
    `**${plain(found.name)}** (\`${found.slug}\`), ${plain(found.role)}, ${found.status}`,
    ...(found.description ? [plain(found.description, 500)] : []),
    "",
    ...(found.avatar ? [`- face: ${toFace(found.avatar)}`] : []),
    `- model: ${found.model ? `\`${found.model}\`` : "the default one"}`,
    `- tools: ${found.tools ? found.tools.map((name) => `\`${name}\``).join(", ") || "none" : "those of its role"}`,
    ...(behavior ? [`- behavior here: \`${behavior.name}\` (${SOURCES[behavior.source]})`] : []),
    `- answered: ${tasks === 0 ? "nothing yet" : `${tasks}, ${Math.round((statistics?.successRate() ?? 1) * 100)} % with success`}`,
  ];
  return { text: lines.join("\n") };
}

/** An emoji as such; an address in words, so that no preview of it is fetched. */
function toFace(avatar: string): string {
  return avatar.startsWith(":") ? avatar : `\`${avatar.replaceAll("`", "%60")}\``;
}

/** Where a behavior comes from, in words. */
export const SOURCES = {
  room: "switched in this room",
  channel: "switched in this channel",
  agent: "the agent's own",
  role: "that of its role",
} as const;

async function invite(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const { roomKey, person, values } = invocation;
  const { slug, name } = await findAgent(scope, values["agent"] ?? "");
  const mode = (values["mode"] ?? "mention") as Mode;
  await scope.directory.room(roomKey);
  await bindAgent(scope, roomKey, { slug, mode });
  const text = `${plain(person.name)} brought **${plain(name)}** (\`${slug}\`) into this room: it ${MANNERS[mode]}.`;
  return { to: "room", text };
}

async function leave(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const { roomKey, person, values } = invocation;
  const { slug, name } = await findAgent(scope, values["agent"] ?? "");
  const here = await listRoomAgents(scope, roomKey);
  if (!here.some((agent) => agent.slug === slug)) {
    return { text: `**${plain(name)}** is not in this room. \`/agent list\` shows who is.` };
  }
  await scope.directory.room(roomKey);
  await bindAgent(scope, roomKey, { slug, mode: "off" });
  const text = `${plain(person.name)} sent **${plain(name)}** out of this room. \`/agent invite ${slug}\` brings it back.`;
  return { to: "room", text };
}
