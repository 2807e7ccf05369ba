import { z } from "zod";
import { Approval } from "../../src/turns/approvals/approval.ts";
import { type Decider, decideApproval } from "../../src/turns/approvals/decide-approval.ts";
import { expireApprovals } from "../../src/turns/approvals/expire-approvals.ts";
import { defineTool, type Tool } from "../../src/tools/tool.ts";
import type { TestApp } from "./test-app.ts";
import { until } from "./until.ts";

export const HOUR_MS = 3_600_000;

/** Tools that do something to the world: it is written down, with the key of the call. */
export function createActingTools() {
  const done: { tool: string; text: string; callKey: string }[] = [];
  const acting = (name: string, asks: { hasEffects?: true; requiresConfirmation?: true }): Tool =>
    defineTool({
      name,
      description: "Does something to the world.",
      input: z.object({ text: z.string() }),
      timeoutMs: 1000,
      ...asks,
      describe: ({ text }) => `post “${text}” on the board`,
      execute({ text }, { callKey }) {
        done.push({ tool: name, text, callKey });
        return `posted ${text}`;
      },
    });
  const publish = acting("publish", { requiresConfirmation: true });
  const note = acting("note", { hasEffects: true });
  return { done, tools: [publish, note] };
}

/** The question that a turn sleeps on, once it does. */
export async function untilAsked(app: TestApp, turnId: string): Promise<Approval> {
  await until(async () => (await app.turn(turnId)).status === "waiting");
  return app.db
    .em()
    .findOneOrFail(Approval, { turn: turnId, status: "waiting" }, { populate: ["requester"] });
}

export const approvalsOf = (app: TestApp, turnId: string) =>
  app.db.em().find(Approval, { turn: turnId }, { orderBy: { createdAt: "asc" } });

export function decide(
  app: TestApp,
  id: string,
  { approve = true, by = { operator: "Olga" } }: { approve?: boolean; by?: Decider } = {},
): Promise<Approval> {
  const { sql, clock, queue, platforms } = app.control;
  return decideApproval({ em: app.db.em(), sql, clock, queue, platforms }, id, { approve, by });
}

export const expire = (app: TestApp) => expireApprovals(app.scope);
