import { describe, expect, it } from "vitest";
import { findSizes } from "../support/faults/sizes.ts";
import { askGraphql, readRoom, readTurn, sendMessage } from "../support/graphql-client.ts";
import { TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 300_000;
const room = "console:desk";
const sizes = await findSizes();

const CREATE = `mutation { createAgent(input: { slug: "shy", name: "Shy", systemPrompt: "You help.",
  behavior: "first_day" }) { slug } }`;
const WAITING = `query { approvals(status: WAITING) { id } }`;
const APPROVE = `mutation ($id: ID!) { approve(id: $id) { status } }`;

describe.each(sizes)("a turn that waits for a decision ($name)", (size) => {
  it(
    "outlives kill -9 while it sleeps and right after it was approved",
    { timeout: TIMEOUT_MS },
    async () => {
      const site = await size.openSite();
      const ask = <T>(url: string, query: string, variables = {}) =>
        askGraphql<T>(url, query, variables, TEST_TOKEN);

      const first = site.start();
      const url = await first.ready;
      await ask(url, CREATE);
      // The built-in model is not sure of what no tool has told it, so that the agent asks first.
      const { turnIds } = await sendMessage(url, { room, person: "ana", text: "@shy hello" });
      const turnId = turnIds[0] ?? "";
      await until(async () => (await readTurn(url, turnId)).status === "WAITING");
      await first.stop("SIGKILL");

      const second = site.start();
      const door = await second.ready;
      expect((await readTurn(door, turnId)).status).toBe("WAITING");
      const { approvals } = await ask<{ approvals: { id: string }[] }>(door, WAITING);
      expect(approvals).toHaveLength(1);
      await ask(door, APPROVE, { id: approvals[0]?.id });
      await second.stop("SIGKILL");

      const third = await site.start().ready;
      await until(async () => (await readTurn(third, turnId)).status === "DONE");
      const { steps } = await readTurn(third, turnId);
      const kinds = steps.map(({ kind }) => kind);
      for (const kind of ["REPLY", "APPROVE", "DELIVER"]) {
        expect(kinds.filter((each) => each === kind)).toHaveLength(1);
      }
      const texts = (await readRoom(third, room)).map(({ text }) => text);
      expect(texts).toEqual([
        "@shy hello",
        expect.stringMatching(/^✅ .* approved: post the answer I have drafted$/),
        expect.stringContaining('You said: "@shy hello"'),
      ]);
    },
  );
});
