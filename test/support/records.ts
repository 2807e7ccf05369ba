import { Agent } from "../../src/agents/agent.ts";
import { AgentStatistics } from "../../src/agents/agent-statistics.ts";
import { Conversation } from "../../src/rooms/conversation.ts";
import { Message } from "../../src/rooms/messages/message.ts";
import type { Person } from "../../src/rooms/people/person.ts";
import type { Database } from "../../src/store/database.ts";
import { TurnJournal } from "../../src/turns/journal/turn-journal.ts";
import type { TurnStep } from "../../src/turns/journal/turn-step.ts";
import { Turn } from "../../src/turns/turn.ts";
import { until } from "./until.ts";

type PostedMessage = { author: string; text: string; turnId: string | null };

/** What a test reads back from the database. */
export type Records = {
  turn(turnId: string): Promise<Turn>;
  /** Waits until a turn, and the one it was merged into, has ended. */
  untilTurnEnds(turnId: string): Promise<Turn>;
  journalOf(turnId: string): Promise<TurnStep[]>;
  /** The steps of one kind, of which there must be some. */
  stepsOf(turnId: string, kind: TurnStep["kind"]): Promise<TurnStep[]>;
  messagesOf(room: string): Promise<PostedMessage[]>;
  /** What the agent answered to a turn, its lead's answer where it was merged. */
  replyTo(turnId: string): Promise<string>;
  conversationOf(turnId: string): Promise<Conversation>;
  /** Changes what is known about the author of a message. */
  changePerson(messageId: string, fields: Partial<Person>): Promise<Person>;
  statisticsOf(slug: string): Promise<AgentStatistics>;
};

const OPEN = new Set<string>(["pending", "running", "waiting"]);

export function createRecords({ em }: Pick<Database, "em">): Records {
  const turn = (turnId: string) => em().findOneOrFail(Turn, turnId);

  async function journalOf(turnId: string): Promise<TurnStep[]> {
    const parts = await em().find(TurnJournal, { turn: turnId }, { orderBy: { part: "asc" } });
    return parts.flatMap(({ steps }) => steps);
  }

  return {
    turn,
    journalOf,
    async untilTurnEnds(turnId) {
      let found = await turn(turnId);
      await until(async () => {
        found = await turn(turnId);
        const lead = found.mergedIntoId ? await turn(found.mergedIntoId) : found;
        return !OPEN.has(found.status) && !OPEN.has(lead.status);
      });
      return found;
    },
    async stepsOf(turnId, kind) {
      const steps = (await journalOf(turnId)).filter((step) => step.kind === kind);
      if (steps.length === 0) throw new Error(`the turn has no step of kind ${kind}`);
      return steps;
    },
    async messagesOf(room) {
      const messages = await em().find(
        Message,
        { room: { key: `console:${room}` } },
        { orderBy: { seq: "asc" }, populate: ["person", "agent"] },
      );
      return messages.map(({ person, agent, text, turnId }) => ({
        author: agent?.name ?? person?.name ?? "nobody",
        text,
        turnId: turnId ?? null,
      }));
    },
    async replyTo(turnId) {
      const { mergedIntoId } = await turn(turnId);
      const reply = await em().findOneOrFail(Message, { turnId: mergedIntoId ?? turnId });
      return reply.text;
    },
    async conversationOf(turnId) {
      const { conversation } = await turn(turnId);
      return em().findOneOrFail(Conversation, conversation.id);
    },
    async changePerson(messageId, fields) {
      const unit = em();
      const { person } = await unit.findOneOrFail(Message, messageId, { populate: ["person"] });
      if (!person) throw new Error("no person wrote this message");
      Object.assign(person, fields);
      await unit.flush();
      return person;
    },
    async statisticsOf(slug) {
      const agent = await em().findOneOrFail(Agent, { slug });
      return em().findOneOrFail(AgentStatistics, { agent: agent.id });
    },
  };
}
