import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAnsweringModel } from "../support/faults/answering-model.ts";
import { createRandom } from "../support/faults/random.ts";
import { requirePostgres } from "../support/services.ts";
import { startSlackDouble } from "../support/slack/slack-double.ts";
import { createFolder, startTroupe, TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 300_000;
const postgres = await requirePostgres();

describe.skipIf(!postgres)("Slack while the database hangs", () => {
  it(
    "gets its acknowledgements, and people their answers once each, though the process is killed",
    { timeout: TIMEOUT_MS },
    async () => {
      const { double, say, replies, start, lock } = await open();
      const first = start();
      await first.ready;
      const early = say("before");
      await until(() => replies(early).length === 1);
      const unlock = await lock();
      const mentions = ["one", "two", "three"].map(say);
      await double.settled();
      expect(double.deliveries.every(({ state }) => state === "acked")).toBe(true);
      await first.stop("SIGKILL");
      expect(mentions.flatMap(replies)).toEqual([]);

      await unlock();
      const second = start();
      await second.ready;
      await until(() => mentions.every((mention) => replies(mention).length > 0));
      await double.redeliver(double.deliveries.at(-1)?.eventId ?? "");
      await second.stop();
      expect([early, ...mentions].map((mention) => replies(mention).length)).toEqual([1, 1, 1, 1]);
    },
  );

  it("a process that is told to stop ends all the same", { timeout: TIMEOUT_MS }, async () => {
    const { double, say, start, lock } = await open();
    const process = start({ SHUTDOWN_TIMEOUT_MS: "0" });
    await process.ready;
    await lock();
    say("hello");
    await double.settled();
    expect(await process.stop("SIGTERM")).toEqual({ code: 1, signal: null });
    expect(process.stderr()).toContain("not everything could be closed in time");
  });
});

async function open() {
  const double = await startSlackDouble({ ackTimeoutMs: 60_000 });
  onTestFinished(() => double.close());
  const workspace = double.addWorkspace({ people: ["ana"], channels: ["general"] });
  const model = await createAnsweringModel(createRandom(1));
  onTestFinished(() => model.close());
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  if (!postgres) throw new Error("no Postgres");
  const database = await postgres.createDatabase();
  onTestFinished(() => database.drop());

  return {
    double,
    say: (text: string) => double.say({ channel: "general", user: "ana", text, mention: true }).ts,
    replies: (ts: string) => double.appMessages("general", ts),
    start: (env: Record<string, string> = {}) => {
      const process = startTroupe({
        TROUPE_ADMIN_TOKEN: TEST_TOKEN,
        DATA_DIR: folder.path,
        DATABASE_URL: database.url,
        SLACK_BOT_TOKEN: workspace.token,
        SLACK_APP_TOKEN: double.app.appToken,
        SLACK_API_URL: double.apiUrl,
        ...model.env("process"),
        ...env,
      });
      onTestFinished(async () => void (await process.stop("SIGKILL")));
      return process;
    },
    /** Whoever stores or reads a message waits from now on, until the answered function is called. */
    lock: async () => {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      let isOpen = true;
      const unlock = async () => {
        if (isOpen) await client.end();
        isOpen = false;
      };
      onTestFinished(unlock);
      await client.query("begin");
      await client.query("lock table message in access exclusive mode");
      return unlock;
    },
  };
}
