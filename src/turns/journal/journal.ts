import type { Clock } from "../../base/clock.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { toStorableJson } from "../../store/storable.ts";
import type { TurnStep } from "./turn-step.ts";

/** A finished step on its way into the journal. */
type NewStep = Omit<TurnStep, "at" | "costMicros"> & { costMicros?: bigint };

/** The worker no longer holds the conversation: another one has taken the turn over. */
export class LeaseLost extends Error {
  constructor() {
    super("the conversation is held by another worker now");
    this.name = "LeaseLost";
  }
}

/**
 * The steps of one running turn. They are written together with the next thing that must be
 * durable; `write` makes them durable now and throws `LeaseLost` where the turn was taken over.
 */
export type Journal = {
  add(step: NewStep): void;
  write(): Promise<void>;
  /**
   * Before something that cannot be taken back: what `write` does, and where nothing is unwritten, as
   * in a turn that resumes after its last step, asks whether the turn is still this worker's.
   */
  confirm(): Promise<void>;
  /** The steps not yet written, for the statement that finishes the turn; they count as written. */
  take(): Promise<{ part: number; steps: string }>;
  /** Total of all steps, in micro-dollars. */
  costMicros(): bigint;
};

const WRITE = statement(
  "write_journal",
  `insert into turn_journal (turn_id, part, steps)
   select $1, $4, $5::jsonb from conversation c where c.id = $2 and c.fence = $3 returning part`,
);

const CHECK_FENCE = statement(
  "check_fence",
  `select c.id from conversation c where c.id = $1 and c.fence = $2`,
);

export function createJournal(
  { sql, clock }: { sql: Sql; clock: Clock },
  turn: { turnId: string; conversationId: string; fence: string },
  before: { parts: number; costMicros: bigint },
): Journal {
  let part = before.parts;
  let cost = before.costMicros;
  let unwritten: TurnStep[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function writeNow(): Promise<void> {
    if (unwritten.length === 0) return;
    const steps = unwritten;
    unwritten = [];
    const { turnId, conversationId, fence } = turn;
    try {
      const params = [turnId, conversationId, fence, part, toStorableJson(steps)];
      const written = await sql.rows(WRITE, params);
      if (written.length === 0) throw new LeaseLost();
      part += 1;
    } catch (error) {
      // Still to be written, and as the same part: were it stored after all, nothing doubles it.
      unwritten = [...steps, ...unwritten];
      throw error;
    }
  }

  async function checkFence(): Promise<void> {
    const held = await sql.rows(CHECK_FENCE, [turn.conversationId, turn.fence]);
    if (held.length === 0) throw new LeaseLost();
  }

  return {
    add({ costMicros, ...step }) {
      cost += costMicros ?? 0n;
      unwritten.push({
        ...step,
        durationMs: Math.round(step.durationMs),
        ...(costMicros !== undefined && { costMicros: costMicros.toString() }),
        at: new Date(clock.now()).toISOString(),
      });
    },
    write() {
      const written = writing.then(writeNow);
      writing = written.catch(() => undefined);
      return written;
    },
    confirm() {
      const confirmed = writing.then(() => (unwritten.length > 0 ? writeNow() : checkFence()));
      writing = confirmed.catch(() => undefined);
      return confirmed;
    },
    async take() {
      await writing;
      const steps = toStorableJson(unwritten);
      unwritten = [];
      return { part, steps };
    },
    costMicros: () => cost,
  };
}
