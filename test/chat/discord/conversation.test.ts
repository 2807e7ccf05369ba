import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createAgentDirectory } from "../../../src/agents/agent-directory.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createBehaviorEngine } from "../../../src/behaviors/engine/behavior-engine.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createPrices } from "../../../src/llm/prices.ts";
import { createModelProviders } from "../../../src/llm/providers.ts";
import { REHEARSAL_MODEL } from "../../../src/llm/rehearsal/rehearsal-model.ts";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import type { ChatPlatforms } from "../../../src/rooms/platform/chat-platform.ts";
import { createPdfReader } from "../../../src/pdf/pdf-reader.ts";
import { createToolbox } from "../../../src/tools/toolbox.ts";
import { startWorkerLease } from "../../../src/turns/lane/worker-lease.ts";
import { startWorker } from "../../../src/turns/lane/worker.ts";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";
import { untilPasses } from "../../support/until.ts";
import { TEST_LEASE_MS } from "../../support/test-lease.ts";

const log = silentLog;

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

/** A whole product on the double: two doors, and a worker that answers with the rehearsal model. */
async function openProduct() {
  const stage = await openDoorStage();
  const { double } = stage;
  const { db, queue, clock } = rooms;
  const platform = createDiscordPlatform({
    botToken: double.token,
    apiUrl: double.api,
    register: stage.register,
    clock,
    log,
  });
  const platforms: ChatPlatforms = new Map([["discord", platform]]);
  const lease = await startWorkerLease({ sql: db.sql, log }, { leaseMs: TEST_LEASE_MS });
  const sandbox = await createLuaSandbox();
  const stop = await startWorker(
    {
      sql: db.sql,
      em: db.em,
      queue,
      clock,
      log,
      workerId: lease.workerId,
      agents: createAgentDirectory({ em: db.em }),
      behaviors: createBehaviorEngine({ sql: db.sql, sandbox, log }),
      providers: createModelProviders({ compatible: [] }),
      prices: createPrices({ overrides: {}, compatible: [], clock }),
      defaultModel: REHEARSAL_MODEL,
      toolbox: createToolbox(),
      readPdf: createPdfReader(),
      platforms,
    },
    { concurrency: 8 },
  );
  onTestFinished(async () => {
    stop();
    await queue.close(5000);
    await platform.close();
    await lease.end();
  });
  await Promise.all([stage.open(rooms.ingress), stage.open(rooms.ingress)]);
  const answersIn = (channel: string) =>
    double
      .visibleMessages({ channel })
      .filter(({ authorId, system }) => authorId === double.botId && !system);
  return { ...stage, answersIn };
}

test("people are answered once: in a thread of their own, in that thread, in private", async () => {
  const { double, guild, general, ana, mention, answersIn } = await openProduct();
  const asked = mention("good morning");
  const isRecorded = async (count: number) =>
    expect((await rooms.messages(guild.id)).filter(({ name }) => name === null)).toHaveLength(
      count,
    );
  await untilPasses(() => isRecorded(1));
  const [answer] = answersIn(asked);
  expect(answersIn(asked)).toHaveLength(1);
  expect(answer).toMatchObject({ pinged: [ana], pingedEveryone: false });
  expect(answer?.content).not.toContain("is writing");
  expect(answersIn(general)).toEqual([]);

  const again = mention("and how are you?", { channel: asked });
  await untilPasses(() => isRecorded(2));
  expect(answersIn(asked)).toMatchObject([{ id: answer?.id }, { replyTo: again }]);

  const stored = (await rooms.messages(guild.id)).map(({ id, name }) => [id, name]);
  expect(stored).toEqual([
    [asked, "Ana 🌸"],
    [answer?.id, null],
    [again, "Ana 🌸"],
    [answersIn(asked)[1]?.id, null],
  ]);

  const dm = double.openDm({ user: ana }).id;
  const { id } = double.say({ channel: dm, user: ana, text: "between us" });
  await untilPasses(() => expect(answersIn(dm)).toMatchObject([{ replyTo: id }]));

  double.react({ channel: asked, message: answer?.id ?? "", user: ana, emoji: "👍" });
  await untilPasses(async () =>
    expect(await rooms.feedback(guild.id)).toEqual([
      { verdict: "good", name: "Ana 🌸", withdrawn: false },
    ]),
  );
  double.unreact({ channel: asked, message: answer?.id ?? "", user: ana, emoji: "👍" });
  await untilPasses(async () =>
    expect(await rooms.feedback(guild.id)).toEqual([
      { verdict: "good", name: "Ana 🌸", withdrawn: true },
    ]),
  );
  expect(double.violations).toEqual([]);
});
