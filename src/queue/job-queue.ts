/** A lane's handler: gets the ids of one job. A rejection is retried by the queue with back-off. */
export type JobHandler = (id: string, signal: AbortSignal) => Promise<void>;

export type WorkOptions = { concurrency: number; hereFirst?: boolean };

type QueueHealth = { ok: boolean; detail: string };

/**
 * Durable jobs that are nothing but ids, and a broadcast between all processes.
 *
 * Contract:
 * - `enqueue(lane, id)` resolves once the job is durable, and rejects with `UNAVAILABLE` after a
 *   few seconds when it cannot be. Per (lane, id) at most one job is active and at most one waits;
 *   an `enqueue` while the id is active causes exactly one more run that starts after the active
 *   one ended ("a run after the last add, always").
 * - Call it after the commit, never inside a transaction: the run may start before it returns, and
 *   on the embedded database it would wait for that very transaction.
 * - With `delayMs` the run starts when that time has passed; it neither swallows nor postpones an
 *   immediate `enqueue` of the same id.
 * - A rejected run is repeated a handful of times with growing pauses, then dropped: whoever owns
 *   the truth enqueues again.
 * - A job may run twice (a worker died, or lost its lock): handlers must be idempotent.
 * - Different ids run in parallel up to `concurrency`, in every process that called `work`.
 * - On a lane worked with `hereFirst` an immediate `enqueue` of a process that works it runs there, if
 *   a place is free, without passing through the queue. Then it is not durable, and another process
 *   may run the same id at that moment: only for lanes whose handler claims what it works on, and
 *   whose owner sweeps.
 * - `close` stops taking jobs, waits for running handlers up to `timeoutMs`, then aborts their
 *   signals and hands their jobs back so that another process takes them at once.
 * - `publish` reaches every subscriber of the topic in every process, this one included, at most
 *   once, in order per publisher and topic; a process that is down misses it, and a subscription in
 *   another process takes some milliseconds to count, after an outage up to some seconds. Payloads
 *   arrive as their JSON reads. It neither blocks nor throws, and it costs nothing beyond this
 *   process while no other process has a subscriber of that topic.
 */
export type JobQueue = {
  enqueue(lane: string, id: string, options?: { delayMs?: number }): Promise<void>;
  work(lane: string, handler: JobHandler, options: WorkOptions): Promise<void>;
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
  /** Jobs waiting per lane, for `/metrics`. */
  waiting(lane: string): Promise<number>;
  health(): Promise<QueueHealth>;
  close(timeoutMs: number): Promise<void>;
};
