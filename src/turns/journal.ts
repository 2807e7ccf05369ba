import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { StepKind, StepStatus } from "./turn-step.ts";

/** A finished step on its way into the journal. */
export type NewStep = {
  kind: StepKind;
  name: string;
  status: StepStatus;
  durationMs: number;
  costMicros?: bigint;
  output?: unknown;
};

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
  /** The steps not yet written, for the statement that finishes the turn; they count as written. */
  take(): string;
  /** Total of all steps, in micro-dollars. */
  costMicros(): bigint;
};

const WRITE = statement(
  "write_steps",
  `insert into turn_step (turn_id, position, kind, name, status, duration_ms, cost_micros, output, created_at)
   select $1, s.position, s.kind, s.name, s.status, s.duration_ms, s.cost_micros, s.output, s.created_at
   from conversation c, json_to_recordset($4::json) as s (position int, kind text, name text, status text,
     duration_ms int, cost_micros bigint, output jsonb, created_at timestamptz)
   where c.id = $2 and c.fence = $3
   returning position`,
);

export function createJournal(
  { sql, clock }: { sql: Sql; clock: Clock },
  turn: { turnId: string; conversationId: string; fence: string },
  finished: { steps: number; costMicros: bigint },
): Journal {
  let position = finished.steps;
  let cost = finished.costMicros;
  let unwritten: object[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function writeNow(): Promise<void> {
    if (unwritten.length === 0) return;
    const steps = unwritten;
    unwritten = [];
    const params = [turn.turnId, turn.conversationId, turn.fence, JSON.stringify(steps)];
    const written = await sql.rows(WRITE, params);
    if (written.length < steps.length) throw new LeaseLost();
  }

  return {
    add(step) {
      cost += step.costMicros ?? 0n;
      unwritten.push({
        position: position++,
        kind: step.kind,
        name: step.name,
        status: step.status,
        duration_ms: Math.round(step.durationMs),
        cost_micros: step.costMicros?.toString() ?? null,
        output: withoutNul(step.output ?? null),
        created_at: new Date(clock.now()).toISOString(),
      });
    },
    write() {
      writing = writing.then(writeNow);
      return writing;
    },
    take() {
      const steps = JSON.stringify(unwritten);
      unwritten = [];
      return steps;
    },
    costMicros: () => cost,
  };
}

// An escaped NUL in JSON text: a backslash-u-0000 whose backslash is not itself escaped.
const ESCAPED_NUL = /(?<=(?:^|[^\\])(?:\\\\)*)\\u0000/g;

/** JSONB holds no NUL: it becomes U+FFFD, wherever in the value it stands. */
function withoutNul(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.includes("\\u0000") ? JSON.parse(text.replace(ESCAPED_NUL, "\u{FFFD}")) : value;
}
