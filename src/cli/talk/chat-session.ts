import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../base/errors.ts";
import type { ChatView } from "./chat-view.ts";
import { createLiveTurns } from "./live-turns.ts";
import { createOutbox } from "./outbox.ts";
import { createBackOff, isAway } from "../retry.ts";
import { HOW_TO_DECIDE } from "./decide-question.ts";
import {
  hasEnded,
  type RoomClient,
  type RoomEvent,
  type RoomMessage,
  type RoomQuestion,
} from "../room-client.ts";
import { explainNobody } from "./slash-command.ts";

export type ChatSession = {
  /** Sends a text; it is tried again until the server has it. */
  say(text: string): void;
  /** Shows the room until `signal` is aborted. Rejects where the server no longer lets us in. */
  follow(): Promise<void>;
  /** What was said and has not arrived. */
  unsent(): string[];
};

const DECIDED = { APPROVED: "approved", DECLINED: "declined", EXPIRED: "decided in time" };
const SHOWN_ON_ENTRY = 10;
const CAUGHT_UP = 200;
const LOOK_AGAIN_MS = 3_000;

/**
 * One person's presence in a room. The posted messages are the truth: events only show sooner what
 * they will say, so a lost, late or repeated event neither loses nor doubles anything.
 */
export function createChatSession(
  room: RoomClient,
  view: ChatView,
  signal: AbortSignal,
): ChatSession {
  const shown = new Set<string>();
  const live = createLiveTurns();
  /** Turns that answer what was said here. */
  const asked = new Set<string>();
  let postponed: RoomMessage[] = [];
  let hasEntered = false;
  let isLost = false;
  const outbox = createOutbox(room, signal, {
    onSent({ messageId, turnIds }) {
      // What was typed stands on the screen already.
      shown.add(messageId);
      for (const id of turnIds) asked.add(id);
      if (turnIds.length === 0)
        void explainNobody(room).then((text) => view.notice(text), tellFault);
    },
    onAway(error) {
      const why = isLost ? "" : ` ${error.message}`;
      view.fault(`Not sent yet.${why} It is tried again until it arrives.`);
    },
    onRefused: (message) => view.fault(`Not sent: ${message}`),
    onEmpty() {
      const messages = postponed;
      postponed = [];
      for (const message of messages) show(message);
    },
  });

  function show(message: RoomMessage): void {
    if (shown.has(message.id)) return;
    const { author, turnId } = message;
    // Until the server has named what is being sent, it cannot be told from another window's words.
    if (author.kind === "PERSON" && isMe(author.name) && outbox.isBusy()) {
      postponed.push(message);
      return;
    }
    shown.add(message.id);
    const turn = turnId === null ? undefined : live.finish(turnId);
    if (turnId !== null) asked.delete(turnId);
    view.live(live.all());
    view.message(message, turn?.tools);
  }

  function isMe(name: string): boolean {
    return name.toLowerCase() === room.person.trim().toLowerCase();
  }

  function apply(event: RoomEvent): void {
    if (event.__typename === "MessagePosted") return show(event.message);
    if (event.__typename === "AgentAction") view.notice(`${event.agent.name} ${event.action}`);
    if (event.__typename === "ApprovalChanged") tellApproval(event.approval);
    live.apply(event);
    view.live(live.all());
  }

  function tellApproval({ turnId, status, action, agent, decidedBy }: RoomQuestion): void {
    if (status === "WAITING") {
      live.pause(turnId);
      view.notice(`${agent.name} waits for a decision: ${action}. ${HOW_TO_DECIDE}`);
    } else if (decidedBy === null || !isMe(decidedBy)) {
      view.notice(`${decidedBy ?? "Nobody"} ${DECIDED[status]}: ${action}`);
    }
  }

  /** Shows what was posted since the first message that was seen here. */
  async function catchUp(): Promise<void> {
    const messages = await room.lastMessages(hasEntered ? CAUGHT_UP : SHOWN_ON_ENTRY);
    hasEntered = true;
    const first = messages.findIndex(({ id }) => shown.has(id));
    for (const message of messages.slice(first + 1)) show(message);
  }

  async function followOnce(onConnected: () => void): Promise<void> {
    const events = await room.watch(signal);
    await catchUp();
    onConnected();
    for await (const event of events) apply(event);
    throw new AppError("UNAVAILABLE", "The server ended the connection.");
  }

  /** An event may be lost on its way: turns that stay open are asked for. */
  async function lookAgain(): Promise<void> {
    while (!signal.aborted) {
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
      for (const id of new Set([...live.ids(), ...asked])) await settle(id);
    }
  }

  async function settle(turnId: string): Promise<void> {
    const turn = await room.turn(turnId).catch(ignoreAway);
    if (turn === undefined || (turn && !hasEnded(turn))) return;
    asked.delete(turnId);
    live.finish(turnId);
    view.live(live.all());
    if (turn?.reply) show(turn.reply);
  }

  function tellFault(error: unknown): void {
    if (error instanceof AppError) view.fault(error.message);
    else throw error;
  }

  async function followOn(): Promise<void> {
    const backOff = createBackOff();
    for (;;) {
      try {
        await followOnce(() => {
          if (isLost) view.notice("Connected again.");
          isLost = false;
          backOff.reset();
        });
      } catch (error) {
        if (signal.aborted || !isAway(error)) throw error;
        live.clear();
        view.live([]);
        if (!isLost) view.fault(`${error.message} Trying again …`);
        isLost = true;
        await backOff.wait(signal);
      }
    }
  }

  return {
    say: (text) => outbox.add(text),
    unsent: () => outbox.unsent(),
    async follow() {
      try {
        await Promise.race([followOn(), lookAgain()]);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

function ignoreAway(error: unknown): undefined {
  if (!isAway(error)) throw error;
}
