import { formatDollars } from "../../base/format-dollars.ts";
import { type AgentSpend, loadRoomSpend } from "../../turns/room-spend.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { plain } from "../../base/plain.ts";

const MOST_LISTED = 20;
const NO_LIMIT =
  "There are no budgets yet: nothing stops at an amount. Models without a known price count as $0.00.";

export const budgetCommand: Command = {
  name: "budget",
  description: "What the answers in this room have cost",
  actions: [{ description: "What the answers in this room have cost", run: show }],
};

async function show(scope: CommandScope, { roomKey }: Invocation): Promise<Answer> {
  const spend = await loadRoomSpend(scope, roomKey);
  if (spend.length === 0) return { text: `Nobody has answered here yet. ${NO_LIMIT}` };
  const total = sum(spend, ({ costMicros }) => costMicros);
  const today = sum(spend, ({ costMicrosToday }) => costMicrosToday);
  const lines = [
    `**This room has cost ${total}**, of it ${today} in the last 24 hours.`,
    "",
    ...spend
      .slice(0, MOST_LISTED)
      .map(
        ({ name, costMicros, turns }) =>
          `- **${plain(name)}**: ${formatDollars(costMicros)} for ${turns} ${turns === 1 ? "turn" : "turns"}`,
      ),
    "",
    NO_LIMIT,
  ];
  return { text: lines.join("\n") };
}

function sum(spend: AgentSpend[], of: (agent: AgentSpend) => string): string {
  return formatDollars(spend.reduce((all, each) => all + BigInt(of(each)), 0n).toString());
}
