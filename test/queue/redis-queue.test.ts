import { describe } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import { describeBroadcast } from "../contracts/broadcast.ts";
import { describeJobQueue } from "../contracts/job-queue.ts";
import { requireRedis } from "../support/services.ts";

const redis = await requireRedis();

describe.skipIf(!redis)("with Redis at hand", () => {
  const open = (options = {}) =>
    createBullQueue({
      log: silentLog,
      on: { redisUrl: redis?.url ?? "", prefix: redis?.prefix ?? "" },
      ...options,
    });
  describeJobQueue("Redis", { open, shared: true });
  describeBroadcast("Redis", { open, shared: true });
});
