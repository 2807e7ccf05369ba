import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Node runs the CommonJS build of graphql, Vite would take the other one: there must be one.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    // No test asserts how long something takes: the limits are for what hangs, on the slowest machine.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 110_000, interval: 10 } },
    pool: "forks",
    // Most tests wait for processes and sockets more than they compute.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
