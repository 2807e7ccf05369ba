import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Node runs the CommonJS build of graphql, Vite would take the other one: there must be one.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Most tests wait for processes and sockets more than they compute.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
