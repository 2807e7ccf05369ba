import { plain } from "../../base/plain.ts";
import { switchBehavior } from "../../behaviors/assignments/switch-behavior.ts";
import { BehaviorRevision } from "../../behaviors/behavior-revision.ts";
import { loadBehaviorUse } from "../../behaviors/behavior-use.ts";
import type { Behavior } from "../../behaviors/behavior.ts";
import { loadEffectiveBehaviors } from "../../behaviors/engine/effective-behavior.ts";
import { findBehavior } from "../../behaviors/find-behavior.ts";
import { suggestBehaviors } from "../../behaviors/suggest-behaviors.ts";
import { SOURCES } from "./agent-command.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { improvementsAction } from "./improvements-action.ts";
import { listRoomAgents, requireRoomAgent, seatAgent } from "./room-agents.ts";

const MOST_LISTED = 25;
/** What the menu of Slack holds; Discord shows the first 25. */
const MOST_CHOICES = 100;

const behavior = { name: "behavior", description: "Its name", kind: "behavior" } as const;
const agent = {
  name: "agent",
  description: "Whose; needed where several agents are in the room",
  kind: "member",
} as const;

export const behaviorCommand: Command = {
  name: "behavior",
  description: "The manner in which agents answer here",
  actions: [
    { name: "list", description: "What there is, and what applies here", run: list },
    {
      name: "show",
      description: "What a behavior is",
      options: [{ ...behavior, required: true }],
      run: show,
    },
    {
      name: "switch",
      description: "Let an agent answer in another manner in this room",
      options: [behavior, agent],
      who: "room admins",
      run: switchHere,
    },
    {
      name: "reset",
      description: "Let an agent's own behavior apply again",
      options: [agent],
      who: "room admins",
      run: reset,
    },
    improvementsAction,
  ],
};

async function list(scope: CommandScope, { roomKey }: Invocation): Promise<Answer> {
  const agents = await listRoomAgents(scope, roomKey);
  const applied = await loadEffectiveBehaviors(scope, roomKey);
  const here = agents.flatMap(({ id, name }) => {
    const found = applied.get(id);
    return found
      ? [`- **${plain(name)}** follows \`${found.name}\` (${SOURCES[found.source]})`]
      : [];
  });
  const known = await suggestBehaviors(scope, "", { limit: MOST_LISTED + 1 });
  const lines = known
    .slice(0, MOST_LISTED)
    .map(({ name, description }) => `- \`${name}\` ${plain(description)}`.trimEnd());
  const more = known.length > MOST_LISTED ? ["- … and more"] : [];
  const text = [
    ...(here.length > 0 ? ["**In this room**", ...here, ""] : []),
    known.length > 0 ? "**Behaviors**" : "There are no behaviors yet.",
    ...lines,
    ...more,
  ].join("\n");
  return { text };
}

async function show(scope: CommandScope, { values }: Invocation): Promise<Answer> {
  const found = await findBehavior(scope, values["behavior"] ?? "");
  const revision = await loadRevision(scope, found);
  const use = (await loadBehaviorUse(scope, "behavior", [found.id])).get(found.id);
  const lines = [
    `**\`${found.name}\`**, for ${plain(found.role)}, ${found.status}${revision ? `, revision ${revision.number}` : ""}`,
    ...(found.description ? [plain(found.description, 500)] : []),
    "",
    use
      ? `- shaped ${use.uses} answers, ${Math.round(use.successRate * 100)} % with success`
      : "- has shaped no answer yet",
    ...(found.lastError ? [`- last fault: ${plain(found.lastError, 300)}`] : []),
  ];
  return { text: lines.join("\n") };
}

async function loadRevision({ em }: CommandScope, { currentRevisionId }: Behavior) {
  return currentRevisionId ? em.findOne(BehaviorRevision, currentRevisionId) : null;
}

async function switchHere(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const { roomKey, person, values } = invocation;
  const { slug, name } = await requireRoomAgent(scope, roomKey, values["agent"]);
  if (values["behavior"] === undefined) return offer(scope, slug, name);
  const wanted = await findBehavior(scope, values["behavior"]);
  await seatAgent(scope, roomKey, slug);
  await switchBehavior(scope, roomKey, { agent: slug, behavior: wanted.name });
  const text = `${plain(person.name)} switched **${plain(name)}** to \`${wanted.name}\` in this room, from the next answer on.`;
  return { to: "room", text };
}

async function offer(scope: CommandScope, slug: string, name: string): Promise<Answer> {
  const found = await suggestBehaviors(scope, "", { limit: MOST_CHOICES });
  if (found.length === 0) return { text: "There are no behaviors yet." };
  return {
    text: `Which behavior shall **${plain(name)}** follow in this room?`,
    choose: {
      option: "behavior",
      placeholder: "Choose a behavior",
      choices: found.map((each) => ({ value: each.name, label: each.name })),
      values: { agent: slug },
    },
  };
}

async function reset(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const { roomKey, person, values } = invocation;
  const { slug, name, id } = await requireRoomAgent(scope, roomKey, values["agent"]);
  const applied = (await loadEffectiveBehaviors(scope, roomKey)).get(id);
  if (applied?.source !== "room") {
    return { text: `**${plain(name)}** follows no behavior of this room's own.` };
  }
  await switchBehavior(scope, roomKey, { agent: slug, behavior: null });
  const text = `${plain(person.name)} let **${plain(name)}** answer in its own manner again, from the next answer on.`;
  return { to: "room", text };
}
