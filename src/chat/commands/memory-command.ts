import { findSomebody } from "../../rooms/find-somebody.ts";
import { forgetPerson } from "../../turns/privacy/forget-person.ts";
import { loadStoredAbout } from "../../turns/privacy/stored-about.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { plain } from "../../base/plain.ts";

const NO_MEMORY = "Agents have no long-term memory yet, so there is nothing else.";

export const memoryCommand: Command = {
  name: "memory",
  description: "What is kept about you",
  actions: [
    { name: "show", description: "What is kept about you in this workspace", run: show },
    { name: "forget", description: "Forget it: your words and your wishes", run: forget },
  ],
};

async function show(scope: CommandScope, { roomKey, person }: Invocation): Promise<Answer> {
  const personId = await findSomebody(scope, roomKey, person);
  const stored = await loadStoredAbout(scope, personId);
  if (!stored) return { text: `Nothing is kept about you. ${NO_MEMORY}` };
  const { preferences, messages, rooms, oldestMessageAt, summaries, verdicts } = stored;
  const since = oldestMessageAt
    ? `, the oldest of ${new Date(oldestMessageAt).toISOString().slice(0, 10)}`
    : "";
  const lines = [
    "**Kept about you in this workspace**",
    `- your name: ${plain(stored.name)}`,
    `- how you want to be answered: ${describe(preferences)}`,
    `- your time zone: ${plain(stored.timeZone)}`,
    `- messages of yours with their text: ${messages}, in ${rooms} ${rooms === 1 ? "room" : "rooms"}${since}`,
    `- summaries of conversations you took part in: ${summaries}`,
    `- answers you judged: ${verdicts}`,
    "",
    `${NO_MEMORY} \`/memory forget\` forgets all of this but your name and your verdicts.`,
  ];
  return { text: lines.join("\n") };
}

function describe({ verbosity, style }: { verbosity?: string; style?: string }): string {
  return [verbosity, style].filter((wish) => wish !== undefined).join(", ") || "as the agent likes";
}

async function forget(scope: CommandScope, { roomKey, person }: Invocation): Promise<Answer> {
  const personId = await findSomebody(scope, roomKey, person);
  const { messages, summaries } = await forgetPerson(scope, personId);
  const text = [
    `Forgotten: your preferences and time zone, the text of ${messages} ${messages === 1 ? "message" : "messages"}, your reasons for verdicts, and ${summaries} ${summaries === 1 ? "summary" : "summaries"}.`,
    "What agents answered stays in the rooms, and so do your verdicts and your name. What you wrote can still be read on this platform itself; delete it there.",
  ];
  return { text: text.join(" ") };
}
