import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { JobQueue } from "../queue/job-queue.ts";
import { statement, type Sql } from "../store/sql.ts";

export type Metrics = () => Promise<{ contentType: string; text: string }>;

const MEASURE = statement(
  "measure",
  `select
     (select coalesce(sum(tasks_completed), 0) from agent_statistics)::int as tasks,
     (select coalesce(sum(tasks_succeeded), 0) from agent_statistics)::int as succeeded,
     (select coalesce(sum(cycles_completed), 0) from agent_statistics)::int as cycles,
     (select coalesce(sum(total_response_ms), 0) from agent_statistics)::float as "responseMs",
     (select count(*) from turn where status in ('pending', 'running'))::int as open,
     (select coalesce(extract(epoch from now() - min(created_at)), 0)
      from turn where status in ('pending', 'running'))::float as "oldestOpenSeconds",
     (select count(*) from worker_process where alive_until > now())::int as workers`,
);

type Measured = Record<
  "tasks" | "succeeded" | "cycles" | "responseMs" | "open" | "oldestOpenSeconds" | "workers",
  number
>;

/**
 * Metrics for Prometheus: this process's own, and what the database knows of the whole installation,
 * so that scraping one web process is enough.
 */
export function createMetrics({
  sql,
  queue,
  lanes,
}: {
  sql: Sql;
  queue: Pick<JobQueue, "waiting">;
  lanes: readonly string[];
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const tasks = gauge("troupe_tasks_total", "Turns that ended, by outcome.", ["outcome"]);
  const cycles = gauge("troupe_model_calls_total", "Model calls made in turns.");
  const response = gauge("troupe_response_seconds_total", "Time spent on turns, start to reply.");
  const open = gauge("troupe_open_turns", "Turns that wait or run.");
  const oldest = gauge("troupe_oldest_open_turn_seconds", "Age of the oldest open turn.");
  const workers = gauge("troupe_workers", "Worker processes with a live lease.");
  const waiting = gauge("troupe_queue_waiting", "Jobs that wait, by lane.", ["lane"]);

  return async () => {
    const [[measured], depths] = await Promise.all([
      sql.rows<Measured>(MEASURE, []),
      Promise.all(lanes.map((lane) => queue.waiting(lane))),
    ]);
    const values = measured as Measured;
    tasks.set({ outcome: "succeeded" }, values.succeeded);
    tasks.set({ outcome: "failed" }, values.tasks - values.succeeded);
    cycles.set(values.cycles);
    response.set(values.responseMs / 1000);
    open.set(values.open);
    oldest.set(values.oldestOpenSeconds);
    workers.set(values.workers);
    lanes.forEach((lane, index) => waiting.set({ lane }, depths[index] ?? 0));
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}
