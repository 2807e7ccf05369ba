import type { ReadTurn } from "../graphql-client.ts";
import { findMarkers, usesTool } from "./answering-model.ts";
import type { Outcome } from "./outcome.ts";
import type { Sent } from "./send-messages.ts";

/** What is wrong with the conversations of a run: lost, doubled or disordered; empty where nothing is. */
export function judgeConversations(outcome: Outcome): string[] {
  const { sent } = outcome;
  const rooms = [...new Set(sent.map(({ room }) => room))];
  return [
    ...sent.flatMap((message) => judgeMessage(outcome, message)),
    ...[...outcome.turns.values()].flatMap((turn) => judgeTurn(outcome, turn)),
    ...rooms.flatMap((room) => judgeRoom(outcome, room)),
    ...judgeStatistics(outcome),
  ];
}

function judgeMessage({ turns, rooms }: Outcome, message: Sent): string[] {
  const { marker, messageId, turnIds, again, room } = message;
  const stored = (rooms.get(room) ?? []).filter(
    ({ text, author }) => author.kind === "PERSON" && findMarkers(text).includes(marker),
  );
  const own = turns.get(turnIds[0] ?? "");
  const answering = own?.mergedInto ? turns.get(own.mergedInto.id) : own;
  const replies = repliesOf({ rooms }, room).filter(({ text }) =>
    findMarkers(text).includes(marker),
  );
  return [
    complain(stored.length === 1, `${marker} is in its room ${stored.length} times`),
    complain(turnIds.length === 1, `${marker} has ${turnIds.length} turns`),
    complain(
      !again || (again.messageId === messageId && again.turnIds.join() === turnIds.join()),
      `${marker} became another message when it was delivered again`,
    ),
    complain(
      answering?.status === "DONE",
      `${marker} is lost: its turn is ${answering?.status}, ${answering?.reason}`,
    ),
    complain(replies.length === 1, `${marker} is answered in ${replies.length} replies`),
    complain(
      replies.every(({ turnId }) => turnId === answering?.id),
      `${marker} is answered in the reply of another turn`,
    ),
  ].flat();
}

function judgeTurn({ rooms, turns }: Outcome, turn: ReadTurn): string[] {
  const replies = [...rooms.values()].flat().filter(({ turnId }) => turnId === turn.id);
  if (turn.status === "MERGED") {
    const into = turns.get(turn.mergedInto?.id ?? "");
    return [
      complain(replies.length === 0, `merged turn ${turn.id} has ${replies.length} replies`),
      complain(into?.status === "DONE", `turn ${turn.id} is merged into one that ${into?.status}`),
    ].flat();
  }
  const asked = findMarkers(turn.reply?.text ?? "").join(" ");
  const count = (kind: string) => turn.steps.filter((step) => step.kind === kind).length;
  const rounds = usesTool(asked) ? 2 : 1;
  const name = `the turn of ${asked}`;
  return [
    complain(replies.length === 1, `${name} has ${replies.length} replies`),
    complain(count("REPLY") === rounds, `${name} has ${count("REPLY")} model calls, not ${rounds}`),
    complain(count("TOOL") === rounds - 1, `${name} has ${count("TOOL")} tool calls`),
    ...["BEHAVE", "DELIVER", "RECORD"].map((kind) =>
      complain(count(kind) === 1, `${name} has ${count(kind)} steps ${kind}`),
    ),
    complain(
      turn.steps.every(({ status }) => status !== "FAILED"),
      `${name} has a failed step`,
    ),
  ].flat();
}

/** Replies answer the messages in the order sent, and nobody else spoke. */
function judgeRoom({ sent, rooms }: Outcome, room: string): string[] {
  const expected = sent.filter((message) => message.room === room).map(({ marker }) => marker);
  const answered = repliesOf({ rooms }, room).flatMap(({ text }) => findMarkers(text));
  return complain(
    answered.join() === expected.join(),
    `${room} was answered in the order ${answered.join(" ")}`,
  );
}

function judgeStatistics({ turns, agent }: Outcome): string[] {
  const done = [...turns.values()].filter(({ status }) => status === "DONE").length;
  return complain(
    agent.tasksCompleted === done && agent.successRate === 1,
    `the agent counts ${agent.tasksCompleted} answers at ${agent.successRate}, not ${done}`,
  );
}

function repliesOf({ rooms }: Pick<Outcome, "rooms">, room: string) {
  return (rooms.get(room) ?? []).filter(({ author }) => author.kind === "AGENT");
}

function complain(holds: boolean, complaint: string): string[] {
  return holds ? [] : [complaint];
}
