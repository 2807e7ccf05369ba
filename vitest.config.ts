import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that wait longer than they compute, or simply take long: what starts first fills the gaps of the rest. */
const LONGEST = [
  "faults/kill-on-slack",
  "faults/drain",
  "faults/kill-on-postgres",
  "faults/kill-on-discord",
  "faults/kill-on-redis",
  "faults/kill-embedded",
  "start/",
  "faults/",
  "cli/doctor",
  "chat/discord/discord-platform",
  "queue/",
  "experiments/false-promotion",
  "cli/",
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`));
  return rank === -1 ? LONGEST.length : rank;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  // Node runs the CommonJS build of graphql, Vite would take the other one: there must be one.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    // No test asserts how long something takes: the limits are for what hangs, on the slowest machine.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 110_000, interval: 10 } },
    globalSetup: "test/support/global-setup.ts",
    pool: "forks",
    // Most tests wait for processes and sockets more than they compute.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
  },
});
