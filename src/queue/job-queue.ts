/** A lane's handler: gets the ids of one job. A rejection is retried by the queue with back-off. */
export type JobHandler = (id: string, signal: AbortSignal) => Promise<void>;

export type QueueHealth = { ok: boolean; detail: string };

/**
 * Durable jobs that are nothing but ids, and a broadcast between all processes.
 *
 * Contract:
 * - `enqueue(lane, id)` resolves once the job is durable. Per (lane, id) at most one job is active
 *   and at most one waits; an `enqueue` while the id is active causes exactly one more run that
 *   starts after the active one ended ("a run after the last add, always").
 * - A job may run twice (a worker died, or lost its lock): handlers must be idempotent.
 * - Different ids run in parallel up to `concurrency`, in every process that called `work`.
 * - `close` stops taking jobs, waits for running handlers up to `timeoutMs`, then aborts their
 *   signals and hands their jobs back so that another process takes them at once.
 * - `publish` reaches every subscriber of the topic in every process, this one included, at most
 *   once, in order per publisher; a process that is down misses it. It never rejects.
 */
export type JobQueue = {
  enqueue(lane: string, id: string, options?: { delayMs?: number }): Promise<void>;
  work(lane: string, handler: JobHandler, options: { concurrency: number }): Promise<void>;
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
  /** Jobs waiting per lane, for `/metrics`. */
  waiting(lane: string): Promise<number>;
  health(): Promise<QueueHealth>;
  close(timeoutMs: number): Promise<void>;
};
