import type { Job, Processor, RelayMessage, WorkerOptions } from "bullmq";

/** A job carries an id, and which attempt it is when it repeats a run that was rejected. */
export type JobData = { id: string; attempt?: number };
type JobOptions = {
  delay?: number;
  deduplication?: { id: string; keepLastIfActive: boolean };
};

export type BullQueue = {
  add(name: string, data: JobData, options: JobOptions): Promise<unknown>;
  getWaitingCount(): Promise<number>;
  close(): Promise<void>;
};

export type BullJob = Job<JobData, void>;

export type BullWorker = {
  cancelAllJobs(reason: string): void;
  /** Takes no further job and resolves once the running ones ended. */
  close(): Promise<void>;
};

export type BullRelay = {
  nodeId: string;
  /** Resolves to how many live nodes had subscribed to the topic. */
  publish(topic: string, data: unknown): Promise<{ nodes: number }>;
  subscribe(topic: string, listener: (message: RelayMessage) => void): Promise<unknown>;
  /** It was taken for dead for a while and may have missed messages. */
  on(event: "recovered", listener: () => void): unknown;
  close(): Promise<void>;
};

type LaneWorkerOptions = Pick<WorkerOptions, "concurrency">;

/** BullMQ on one database: everything that differs between Redis, Postgres and PGlite. */
export type BullBackend = {
  /** For sentences: "Redis at 127.0.0.1:6379", never with credentials. */
  place: string;
  /** Absent where one process is all there is. */
  relay: BullRelay | undefined;
  openQueue(lane: string): Promise<BullQueue>;
  openWorker(
    lane: string,
    processor: Processor<JobData, void>,
    options: LaneWorkerOptions,
  ): Promise<BullWorker>;
  /** One round trip; rejects when the database does not answer. */
  ping(): Promise<unknown>;
  /** Lets go of the database at once; everything opened above was closed before. */
  close(): Promise<void>;
};
