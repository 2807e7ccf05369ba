import { newId } from "../../../src/base/ids.ts";
import { bindAgent } from "../../../src/rooms/bind-agent.ts";
import { receiveFromBot } from "../../../src/rooms/bots/receive-from-bot.ts";
import { receiveIfWatched } from "../../../src/rooms/messages/receive-message.ts";
import type { TestApp } from "../../support/test-app.ts";

let channels = 0;

/** A channel of a Slack workspace in which `sage` takes part, with people and other bots in it. */
export async function openChannel(app: TestApp, { answersBots = true } = {}) {
  const channel = `slack:T1.C${channels++}`;
  const keyOf = (thread?: string) => (thread === undefined ? channel : `${channel}:${thread}`);
  const personSays = (text: string, thread?: string) =>
    receiveIfWatched(app.control, {
      roomKey: keyOf(thread),
      person: { externalId: "U1", name: "Ana" },
      text,
      externalId: newId(),
      toBot: true,
    });
  await personSays("hello");
  const bind = (answers: boolean, room = channel) =>
    bindAgent({ em: app.control.em(), directory: app.control.directory }, room, {
      slug: "sage",
      mode: "mention",
      answersBots: answers,
    });
  if (answersBots) await bind(true);

  /** What became of a bot's words: whether the agent answers, or why not. */
  async function botSays(
    text: string,
    { bot = "B1", thread, toBot = true, externalId = newId(), costMicros = 0n }: BotSaid = {},
  ): Promise<{ answered: boolean; reason?: string; turnIds: string[]; stored: boolean }> {
    const received = await receiveFromBot(app.control, {
      roomKey: keyOf(thread),
      person: { externalId: bot, name: bot },
      fromBot: true,
      text,
      externalId,
      toBot,
    });
    if (!received) return { answered: false, turnIds: [], stored: false };
    const [turnId] = received.turnIds;
    if (turnId === undefined) return { answered: false, turnIds: [], stored: true };
    const { status, reason } = await app.turn(turnId);
    const turnIds = received.turnIds;
    if (status === "declined") {
      return { answered: false, reason: reason ?? "", turnIds, stored: true };
    }
    await app.db
      .em()
      .execute("update turn set status = 'done', cost_micros = ? where id = ?", [
        costMicros.toString(),
        turnId,
      ]);
    return { answered: true, turnIds, stored: true };
  }

  return { channel, personSays, botSays, bind };
}

export type BotSaid = {
  bot?: string | undefined;
  thread?: string | undefined;
  toBot?: boolean;
  externalId?: string;
  costMicros?: bigint;
};
