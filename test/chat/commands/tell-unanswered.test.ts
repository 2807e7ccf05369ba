import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { createSecretBox, type SecretBox } from "../../../src/base/secret-box.ts";
import { createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import {
  startTellingUnanswered,
  tellUnanswered,
} from "../../../src/chat/commands/tell-unanswered.ts";
import type { ChatPlatform, ChatPlatforms } from "../../../src/rooms/chat-platform.ts";
import { createRecordedLog } from "../../support/recorded-log.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";

const sizes = await testSizes();
const secrets = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const MINUTE_MS = 60_000;

describe.each(sizes)("a command that broke off with its process, on $name", (size) => {
  let app: TestApp;
  let url = "";
  const posted: unknown[] = [];
  const server = createServer((request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      posted.push(JSON.parse(body));
      response.end();
    });
  });
  beforeAll(async () => {
    app = await openTestApp({ size });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer/top-secret`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  });
  afterEach(() => {
    posted.length = 0;
  });

  /** A process runs a command, and dies before it answers. */
  async function giveTo(process: SecretBox | undefined, platform = "slack") {
    const scope = { ...app.control, secrets: process, log, operators: new Set<string>() };
    const desk = createCommandDesk(scope);
    const id = `${platform}:${newId()}`;
    const answer = await desk.run({
      id,
      command: "agent",
      action: "list",
      values: {},
      roomKey: "slack:T1.C1",
      person: { externalId: "U1", name: "Ana" },
      replyUrl: url,
      isRoomAdmin: async () => false,
    });
    expect(answer?.text).toBeDefined();
    return { answered: () => desk.answered(id) };
  }

  const tell = (box: SecretBox | undefined = secrets) =>
    tellUnanswered({ ...app.control, secrets: box, log });

  it("is told of after a minute, once, whoever looks", async () => {
    await giveTo(secrets);
    await tell();
    expect(posted).toEqual([]);
    app.clock.advance(MINUTE_MS + 1);
    await Promise.all([tell(), tell(), tell()]);
    await tell();
    expect(posted).toEqual([
      {
        text: "`/agent list` was interrupted: it may have taken effect or not. Look, and give it again if it did not.",
        response_type: "ephemeral",
        replace_original: false,
      },
    ]);
  });

  it("is told of to one person alone in Discord too", async () => {
    await giveTo(secrets, "discord");
    app.clock.advance(MINUTE_MS + 1);
    await tell();
    expect(posted).toEqual([
      {
        content: expect.stringContaining("`/agent list` was interrupted"),
        flags: 64,
        allowed_mentions: { parse: [] },
      },
    ]);
  });

  it("is not told of where it was answered", async () => {
    const { answered } = await giveTo(secrets);
    await answered();
    app.clock.advance(MINUTE_MS + 1);
    await tell();
    expect(posted).toEqual([]);
  });

  it("is said to be told to nobody when the process starts on platforms without a key", async () => {
    const start = async (box: SecretBox | undefined, platforms: ChatPlatforms) => {
      const recorded = createRecordedLog();
      const scope = { ...app.control, secrets: box, log: recorded, platforms };
      await startTellingUnanswered(scope)();
      return recorded.lines.map(({ level, fields }) => [level, fields]);
    };
    const connected = new Map([["slack", {} as ChatPlatform]] as const);
    expect(await start(undefined, connected)).toEqual([["warn", { set: "TROUPE_SECRET_KEY" }]]);
    expect(await start(undefined, new Map())).toEqual([]);
    expect(await start(secrets, connected)).toEqual([]);
  });

  it("keeps where it is answered sealed, and nowhere without a key", async () => {
    const kept = () =>
      app.db
        .em()
        .execute<{ replyTo: string | null }[]>(
          `select reply_to as "replyTo" from command_claim order by claimed_at desc, id desc limit 1`,
        );
    await giveTo(secrets);
    const [row] = await kept();
    expect(row?.replyTo).toMatch(/^v1\./);
    expect(JSON.stringify(row)).not.toContain("top-secret");
    app.clock.advance(MINUTE_MS + 1);
    await tell();
    posted.length = 0;
    await giveTo(undefined);
    expect(await kept()).toEqual([{ replyTo: null }]);
    app.clock.advance(MINUTE_MS + 1);
    await tell();
    expect(posted).toEqual([]);
  });
});
