import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq-queue.ts";
import { describeBroadcast } from "../contracts/broadcast.ts";
import { describeJobQueue } from "../contracts/job-queue.ts";

const pglite = await PGlite.create();
afterAll(() => pglite.close());

const open = () => createBullQueue({ log: silentLog, on: { pglite } });

describeJobQueue("PGlite", { open, broadcasts: false });
describeBroadcast("PGlite", { open, broadcasts: false });
