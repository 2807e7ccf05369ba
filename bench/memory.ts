import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Urls, inParallel, openTalk, startBenchApp, startStubProcess } from "./turn.ts";

export type MemoryRow = { turns: number; heapMb: number; rssMb: number };

const LANES = 16;
const SAMPLES = 10;

/** Heap after a collection and resident size of a process that answers, over many turns. */
export async function benchMemory(urls: Urls, turns: number): Promise<MemoryRow[]> {
  const stub = await startStubProcess();
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-memory-"));
  const app = await startBenchApp(dataDir, urls, stub.url);
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

const collectGarbage = exposeCollector();

/** The collector of this process, without a flag on its command line. */
function exposeCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function measure(turns: number): MemoryRow {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { turns, heapMb: toMb(heapUsed), rssMb: toMb(rss) };
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1024 / 102.4) / 10;
}
