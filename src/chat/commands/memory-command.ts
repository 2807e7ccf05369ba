import { plain } from "../../base/plain.ts";
import { findSomebody } from "../../rooms/find-somebody.ts";
import { forgetPerson } from "../../turns/privacy/forget-person.ts";
import { loadStoredAbout } from "../../turns/privacy/stored-about.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { count } from "./count.ts";

const USED =
  "An agent that answers reads the newest messages of that room, its summary of the older ones, and how you want to be answered; nothing of other rooms. There is no other memory of you.";
const FORGETTING =
  "`/memory forget` forgets the text and files of your messages, those summaries, your wishes and your reasons, in all rooms of this workspace and at once. Your name, your verdicts and what agents answered stay.";

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
  if (!stored) return { text: "Nothing is kept about you." };
  const { preferences, messages, rooms, oldestMessageAt, files, summaries } = stored;
  const since = oldestMessageAt
    ? `, the oldest of ${new Date(oldestMessageAt).toISOString().slice(0, 10)}`
    : "";
  const lines = [
    "**Kept about you in this workspace**",
    `- your name: ${plain(stored.name)}`,
    `- how you want to be answered: ${describe(preferences)}`,
    `- your time zone: ${plain(stored.timeZone)}`,
    `- messages of yours with their text: ${messages}, in ${count(rooms, "room")}${since}`,
    `- files that came with them: ${files}`,
    `- agents' summaries of conversations you took part in: ${summaries}`,
    `- answers you judged: ${stored.verdicts}, of these with a reason: ${stored.reasons}`,
    "",
    USED,
    "",
    FORGETTING,
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
    `Forgotten in all rooms of this workspace: the text and files of ${count(messages, "message")}, ${count(summaries, "summary", "summaries")}, your wishes and time zone, and your reasons for verdicts.`,
    "It is in force now: no answer that begins from here on reads them, and a question of yours that still waited is not answered; one that was just being answered still is.",
    "What agents answered stays, with the record of how they came to it, and so do your verdicts and your name. What you wrote can still be read on this platform itself; delete it there.",
  ];
  return { text: text.join(" ") };
}
