import { onTestFailed, onTestFinished } from "vitest";
import { type AnsweringModel, createAnsweringModel } from "./answering-model.ts";
import type { Installation } from "./installation.ts";
import { countExtraCalls, judgeCalls } from "./judge-calls.ts";
import { judgeConversations } from "./judge-conversations.ts";
import { judgeDatabase } from "./judge-database.ts";
import { killAtRandom } from "./killer.ts";
import { readOutcome, untilAllEnded } from "./outcome.ts";
import { chooseSeed, createRandom } from "./random.ts";
import { sendMessages } from "./send-messages.ts";

export type Plan = {
  rooms: number;
  messagesPerRoom: number;
  kills: number;
  /** On average between two messages of a room, and between two kills. */
  sendPauseMs: number;
  killPauseMs: number;
};

export type Verdict = {
  /** What was lost, doubled, disordered or paid twice; empty where nothing was. */
  faults: string[];
  messages: number;
  kills: number;
};

/** Writes in many rooms while processes are killed, waits for all answers, and judges what is left. */
export async function runWithKills(
  start: (model: AnsweringModel) => Promise<Installation>,
  plan: Plan,
): Promise<Verdict> {
  const seed = chooseSeed();
  const random = createRandom(seed);
  const model = await createAnsweringModel(random);
  onTestFinished(() => model.close());
  const installation = await start(model);
  onTestFailed(() => report(seed, installation));
  const { url, urls, victims } = installation;

  const [sent, kills] = await Promise.all([
    sendMessages({ urls, random }, { ...plan, pauseMs: plan.sendPauseMs }),
    killAtRandom({ random, model, victims }, { times: plan.kills, pauseMs: plan.killPauseMs }),
  ]);
  await untilAllEnded(url);
  const outcome = await readOutcome(url, { sent, kills, calls: [...model.calls] });
  const ended = victims.flatMap((victim) => victim.endedThemselves());
  const extraCalls = countExtraCalls(outcome.calls);
  const afterTools = countExtraCalls(outcome.calls.filter(({ round }) => round > 1));
  const figures = `${kills.length} kills, ${outcome.calls.length} model calls, ${extraCalls} of them again, ${afterTools} after a tool`;
  process.stdout.write(`seed ${seed}: ${figures}\n`);
  return {
    faults: [
      ...judgeConversations(outcome),
      ...judgeCalls(outcome),
      ...(await judgeDatabase(installation, outcome)),
      ...ended.map((maker) => `${maker} ended though nobody killed it`),
      ...(extraCalls > 0 ? [] : ["no kill broke a model call off, so nothing was proved"]),
    ],
    messages: sent.length,
    kills: kills.length,
  };
}

function report(seed: number, { victims }: Installation): void {
  const logs = victims.flatMap((victim) => [...victim.logs()]).filter(([, log]) => log !== "");
  const text = logs.map(([maker, log]) => `── ${maker}\n${log.slice(-2_000)}`).join("\n");
  process.stderr.write(`FAULT_SEED=${seed} repeats the choices of this run.\n${text}\n`);
}
