import { formatDollars } from "../../base/format-dollars.ts";
import { plain } from "../../base/plain.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { type AgentSpend, loadRoomSpend, loadWorkspaceSpend } from "../../turns/load-spend.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { count } from "./count.ts";

const MOST_LISTED = 20;
const NO_LIMIT =
  "_There are no budgets yet: nothing stops at an amount. Answers that are still being given are not counted, and models without a known price count as $0.00._";

export const budgetCommand: Command = {
  name: "budget",
  description: "What answers have cost in this room and in the workspace",
  actions: [{ description: "What answers have cost in this room and in the workspace", run: show }],
};

async function show(scope: CommandScope, { roomKey }: Invocation): Promise<Answer> {
  const { platform, workspace: externalId = "local" } = parseRoomKey(roomKey);
  const room = await loadRoomSpend(scope, roomKey);
  const workspace = await loadWorkspaceSpend(scope, { platform, externalId });
  const lines = [
    ...(room.length === 0
      ? ["Nobody has answered here yet."]
      : toLines("This room, with its threads", room)),
    ...(workspace.length === 0 ? [] : ["", ...toLines("All of this workspace", workspace)]),
    "",
    NO_LIMIT,
  ];
  return { text: lines.join("\n") };
}

function toLines(where: string, spend: AgentSpend[]): string[] {
  const listed = spend.slice(0, MOST_LISTED).map((each) => {
    return `- **${plain(each.name)}**: ${describe([each])}, for ${count(each.turns, "answer")}`;
  });
  const more = spend.length - listed.length;
  return [
    `**${where}**: ${describe(spend)}`,
    ...listed,
    ...(more === 0 ? [] : [`- and ${more} more`]),
  ];
}

function describe(spend: AgentSpend[]): string {
  const today = sum(spend, ({ costMicrosToday }) => costMicrosToday);
  const month = sum(spend, ({ costMicrosMonth }) => costMicrosMonth);
  const all = sum(spend, ({ costMicros }) => costMicros);
  return `${today} in the last 24 hours, ${month} in the last 30 days, ${all} in all`;
}

function sum(spend: AgentSpend[], of: (agent: AgentSpend) => string): string {
  return formatDollars(spend.reduce((all, each) => all + BigInt(of(each)), 0n).toString());
}
