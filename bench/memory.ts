import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inParallel, openTalk, startBenchApp, startStubProcess } from "./turn.ts";

export type MemoryRow = { turns: number; heapMb: number; rssMb: number };

const LANES = 16;
const SAMPLES = 10;

/** Heap and resident size of one process over many turns on the embedded database's queue-free path. */
export async function benchMemory({ turns }: { turns: number }): Promise<MemoryRow[]> {
  const stub = await startStubProcess();
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-memory-"));
  const databaseUrl = process.env["BENCH_MEMORY_DATABASE_URL"];
  const app = await startBenchApp(dataDir, databaseUrl ? { databaseUrl } : {}, stub.url);
  const talk = await openTalk(app, LANES);
  const rows: MemoryRow[] = [];
  for (let done = 0; done < turns; done += turns / SAMPLES) {
    await inParallel(LANES, turns / SAMPLES, talk);
    rows.push(measure(done + turns / SAMPLES));
  }
  await app.close();
  stub.stop();
  rmSync(dataDir, { recursive: true, force: true });
  return rows;
}

function measure(turns: number): MemoryRow {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { turns, heapMb: toMb(heapUsed), rssMb: toMb(rss) };
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1024 / 102.4) / 10;
}
