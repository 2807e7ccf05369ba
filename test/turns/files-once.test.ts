import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import { receiveIfWatched } from "../../src/rooms/messages/receive-message.ts";
import { forgetPerson } from "../../src/turns/privacy/forget-person.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { PNG } from "../support/sample-files.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** A platform in memory that counts how often a file is read of it. */
const createFilePlatform = (reads: string[]) =>
  createQuietPlatform("slack", {
    async readFile(_workspace, { id }, { messageId }) {
      reads.push(`${messageId}/${id}`);
      return PNG;
    },
  });

it("a file that was read before a crash is not read again after it, and goes when its person is forgotten", async () => {
  const reads: string[] = [];
  const other = await app.join();
  for (const { scope } of [app, other]) {
    (scope.platforms as Map<string, ChatPlatform>).set("slack", createFilePlatform(reads));
  }
  const received = await receiveIfWatched(app.control, {
    roomKey: "slack:T1.D1",
    person: { externalId: "U1", name: "Ana" },
    text: "[file: cat.png]",
    files: [{ id: "F1", name: "cat.png", url: "https://files.slack.com/F1" }],
    externalId: "1.1",
    toBot: true,
  });
  const { conversation } = await app.turn(received?.turnIds[0] ?? "");
  app.model.script({ hangs: true });
  const dying = app.run(conversation.id).catch(() => undefined);
  await until(() => app.model.requests.length === 1);
  await app.die();
  await other.run(conversation.id);
  expect(reads).toEqual(["1.1/F1"]);
  expect(other.model.requests[0]?.messages.at(-1)).toMatchObject({
    attachments: [{ kind: "image", data: PNG.toString("base64") }],
  });
  expect(await app.turn(received?.turnIds[0] ?? "")).toMatchObject({ status: "done" });
  void dying;

  const kept = () =>
    app.db
      .em()
      .execute("select file_id from attachment where message_id = ?", [received?.messageId ?? ""]);
  expect(await kept()).toHaveLength(1);
  const [{ person_id: personId = "" } = {}] = await app.db
    .em()
    .execute<{ person_id?: string }[]>("select person_id from message where id = ?", [
      received?.messageId ?? "",
    ]);
  await forgetPerson({ sql: app.db.sql, clock: app.clock }, personId);
  expect(await kept()).toEqual([]);
});
