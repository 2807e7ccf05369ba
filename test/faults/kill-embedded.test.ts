import { expect, it } from "vitest";
import { startEmbedded } from "../support/faults/installation.ts";
import { KILLS_TIMEOUT_MS, PLAN, SURVIVED } from "../support/faults/plan.ts";
import { runWithKills } from "../support/faults/run-with-kills.ts";

it(
  "200 messages in 20 conversations are answered once and in order by an embedded process in spite of kill -9",
  { timeout: KILLS_TIMEOUT_MS },
  async () => {
    expect(await runWithKills(startEmbedded, PLAN)).toEqual(SURVIVED);
  },
);
