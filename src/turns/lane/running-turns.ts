import { toErrorMessage } from "../../base/errors.ts";
import { statement } from "../../store/sql.ts";
import type { TurnScope } from "../turn-scope.ts";

/** Somebody told the turn to stop; the message is what its room is told. */
export class TurnStopped extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "TurnStopped";
  }
}

/** The turns that this process works on, so that they can be stopped from any other. */
export type RunningTurns = {
  /** Runs the work with a signal that aborts with the given one, or with a `TurnStopped` as its reason. */
  run<T>(
    turn: { turnId: string },
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
};

/** Where `stopRoom` tells of the turns it has marked. */
export const STOP_TOPIC = "turns.stopped";
export type StopNotice = { turnIds: string[]; reason: string };

const STOPPED = statement(
  "stopped_turns",
  `select id, stop_reason as reason from turn where id = any($1::uuid[]) and stop_reason is not null`,
);

const CHECK_INTERVAL_MS = 2000;

/** Listens for stops; what the broadcast does not bring is found in the database while turns run. */
export function createRunningTurns({
  sql,
  queue,
  log,
}: Pick<TurnScope, "sql" | "queue" | "log">): RunningTurns {
  const running = new Map<string, AbortController>();
  let timer: NodeJS.Timeout | undefined;

  function stop(turnId: string, reason: string): void {
    running.get(turnId)?.abort(new TurnStopped(reason));
  }

  async function check(): Promise<void> {
    try {
      type Row = { id: string; reason: string };
      for (const { id, reason } of await sql.rows<Row>(STOPPED, [[...running.keys()]])) {
        stop(id, reason);
      }
    } catch (error) {
      log.warn({ error: toErrorMessage(error) }, "could not look for stopped turns");
    }
  }

  queue.subscribe(STOP_TOPIC, (payload) => {
    const { turnIds, reason } = payload as StopNotice;
    for (const turnId of turnIds) stop(turnId, reason);
  });

  return {
    async run({ turnId }, signal, work) {
      const controller = new AbortController();
      const cancel = () => controller.abort(signal.reason);
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel, { once: true });
      running.set(turnId, controller);
      timer ??= setInterval(() => void check(), CHECK_INTERVAL_MS).unref();
      try {
        return await work(controller.signal);
      } finally {
        signal.removeEventListener("abort", cancel);
        running.delete(turnId);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
  };
}
