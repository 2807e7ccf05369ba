import { decideQuestion, listQuestions, parseDecision } from "./decide-question.ts";
import { formatTable } from "../format-table.ts";
import type { RoomClient, RoomQuestion } from "../room-client.ts";
import { parsePreference, setPreference } from "./set-preference.ts";

const HELP = [
  "/help    this list",
  "/agents  who can be asked, and how they are called",
  "/approve what an agent asks for may happen; /decline: it may not",
  "/questions  what waits for such a decision; where several do, /approve 2 is the second",
  "/preferences  how you are answered; /preferences verbosity concise|normal|detailed,",
  "         style friendly|casual|formal|technical or timezone Europe/Berlin sets it, default takes it back",
  "/quit    leave (as do Ctrl-C and Ctrl-D)",
  "Anything else is sent to the room. @name addresses an agent; where there is only one, no need.",
].join("\n");

export const SLASH_COMMANDS = [
  "/help",
  "/agents",
  "/approve",
  "/decline",
  "/questions",
  "/preferences",
  "/quit",
];

/** Whether a line is for the client rather than for the room; a path such as /etc/hosts is not. */
export function isSlashCommand(line: string): boolean {
  if (/^\/[a-z?]+$/i.test(line.trim())) return true;
  return parseDecision(line) !== undefined || parsePreference(line) !== undefined;
}

/** Runs a command of the chat client: what it says, or undefined where it means to leave. */
export async function runSlashCommand(
  line: string,
  room: Pick<RoomClient, "agents" | "questions" | "decide" | "setPreferences">,
): Promise<string | undefined> {
  const command = line.trim().toLowerCase();
  const decision = parseDecision(line);
  if (decision) return describeDecided(await decideQuestion(room, decision));
  const wish = parsePreference(line);
  if (wish) return setPreference(room, wish);
  switch (command) {
    case "/help":
    case "/?":
      return HELP;
    case "/agents":
    case "/who":
      return describeAgents(room);
    case "/questions":
      return listQuestions(await room.questions()) || "Nothing waits for a decision.";
    case "/quit":
    case "/exit":
    case "/q":
      return undefined;
    default:
      return `There is no ${command}. /help lists what there is.`;
  }
}

function describeDecided({ status, action }: RoomQuestion): string {
  return `${status === "APPROVED" ? "Approved" : "Declined"}: ${action}`;
}

async function describeAgents(room: Pick<RoomClient, "agents">): Promise<string> {
  const agents = await room.agents();
  if (agents.length === 0) return "There are no agents yet.";
  return formatTable(
    agents.map(({ slug, name, role, status }) => [`@${slug}`, name, role, status.toLowerCase()]),
  );
}

/** What to say where a message went to nobody. */
export async function explainNobody(room: Pick<RoomClient, "agents">): Promise<string> {
  const agents = await room.agents();
  const names = agents
    .filter(({ status }) => status === "ACTIVE")
    .map(({ slug }) => `@${slug}`)
    .sort();
  if (names.length === 0) return "Nobody was addressed, and no agent is active.";
  return `Nobody was addressed. Name one of the agents: ${names.join(", ")}.`;
}
