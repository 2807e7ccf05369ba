import { describeBroadcast } from "../contracts/broadcast.ts";
import { describeJobQueue } from "../contracts/job-queue.ts";
import { createMemoryQueue, createMemoryStore } from "../fakes/memory-queue.ts";

const store = createMemoryStore();
const harness = { open: async () => createMemoryQueue(store), broadcasts: true };

describeJobQueue("memory", harness);
describeBroadcast("memory", harness);
