import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { createSpool } from "../../src/spool/spool.ts";

// Accepts numbers one after another until it is killed, or told to end: node spooling-process.ts <folder> <first>
const [folder = "", first = "0"] = process.argv.slice(2);
const ending = new AbortController();
process.on("message", () => ending.abort());

async function handle(work: unknown): Promise<void> {
  await pause(Number(work) % 20);
  await tell({ dealt: work });
}

/** Resolves once the message has left: what is not sent is not done. */
function tell(message: object): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

const spool = createSpool({ folder, handle, patienceMs: 0, clock: systemClock, log: silentLog });
await spool.open();
for (let n = Number(first); !ending.signal.aborted; n++) {
  await spool.accept(n);
  await tell({ accepted: n });
}
await spool.idle();
await spool.close();
process.exit(0);
