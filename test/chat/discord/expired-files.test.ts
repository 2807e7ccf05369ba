import { expect, onTestFinished, test } from "vitest";
import { toFiles } from "../../../src/chat/discord/api/discord-files.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import type { MessageFile } from "../../../src/rooms/messages/message-file.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { PNG } from "../../support/sample-files.ts";

const HOUR_MS = 3_600_000;
const READ = { method: "GET", path: "/channels/:channel/messages/:message" } as const;

/** A message with a picture, as the bot heard of it; time passes at Discord and at the bot's. */
async function openStage() {
  let [there, here] = [Date.now(), Date.now()];
  const double = await startDiscordDouble({ now: () => there });
  onTestFinished(() => double.close());
  const ana = double.addUser({ name: "ana" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const channel = guild.channels["general"] ?? "";
  const { id: messageId } = double.say({
    channel,
    user: ana,
    mentions: [double.botId],
    attachments: ["cat.png", "dog.png"].map((filename) => ({
      filename,
      contentType: "image/png",
      base64: PNG.toString("base64"),
      pixels: 4000,
    })),
  });
  const [message] = double.visibleMessages({ channel });
  if (!message) throw new Error("nothing was said");
  const [file] = toFiles(message) as [MessageFile, MessageFile];
  const platform = createDiscordPlatform({
    botToken: double.token,
    apiUrl: double.api,
    cdnUrl: double.cdn,
    register: createMemoryRegister(),
    clock: { now: () => here },
    log,
  });
  onTestFinished(() => platform.close());
  return {
    double,
    channel,
    file,
    messageId,
    read: (wanted = file, id = messageId) =>
      platform.readFile(guild.id, wanted, {
        messageId: id,
        mostBytes: 1_000_000,
        signal: new AbortController().signal,
      }),
    hide: () => double.setOverwrite({ channel, id: guild.botRoleId, deny: ["VIEW_CHANNEL"] }),
    pass: (ms: number, where: "everywhere" | "there" = "everywhere") => {
      there += ms;
      if (where === "everywhere") here += ms;
    },
    asked: () => double.requests.filter(({ route }) => route === READ.path).length,
  };
}

test("an address that is still good is not asked for anew", async () => {
  const { read, pass, asked, double } = await openStage();
  pass(23 * HOUR_MS);
  expect(await read()).toEqual(PNG);
  expect([asked(), double.downloads.length]).toEqual([0, 1]);
});

test("an address that has run out is read anew from its message", async () => {
  const { read, pass, asked, double } = await openStage();
  pass(48 * HOUR_MS);
  expect(await read()).toEqual(PNG);
  expect([asked(), double.downloads.length]).toEqual([1, 1]);
  expect(double.downloads[0]?.headers.authorization).toBeUndefined();
  expect(double.violations).toEqual([]);
});

test("so is one that Discord refuses although the clock here says that it is good", async () => {
  const { read, pass, asked, double } = await openStage();
  pass(48 * HOUR_MS, "there");
  expect(await read()).toEqual(PNG);
  expect([asked(), double.downloads.length]).toEqual([1, 2]);
});

test("the smaller rendering stays the smaller one", async () => {
  const { read, pass, file, double } = await openStage();
  pass(48 * HOUR_MS);
  const { previewUrl = "" } = file;
  expect(await read({ ...file, url: previewUrl })).toEqual(PNG);
  expect(double.downloads[0]?.url).toContain("width=1568");
});

test("a message that was deleted, or has lost the file, gives none", async () => {
  const { read, pass, double, channel, messageId, file } = await openStage();
  pass(48 * HOUR_MS);
  const gone = { code: "NOT_FOUND", message: "it was deleted" };
  await expect(read({ ...file, id: "123456789012345678" })).rejects.toMatchObject(gone);
  double.remove({ channel, messages: [messageId] });
  await expect(read()).rejects.toMatchObject(gone);
  expect(double.downloads).toEqual([]);
});

test("a channel that the bot may not see any more gives none, and says so", async () => {
  const { read, pass, hide } = await openStage();
  pass(48 * HOUR_MS);
  hide();
  await expect(read()).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringContaining("does not show the bot"),
  });
});

test("while Discord is away the file may come later", async () => {
  const { read, pass, double } = await openStage();
  pass(48 * HOUR_MS);
  double.faults.add({ ...READ, kind: "rateLimit", retryAfterSeconds: 600 });
  await expect(read()).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test.each(["no address", "https://evil.example/attachments/1/2/a.png?ex=1", "%00?ex=zz"])(
  "%s leads nowhere",
  async (url) => {
    const { read, file, double } = await openStage();
    await expect(read({ ...file, url })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:INVALID|NOT_FOUND)$/),
    });
    expect(double.downloads).toEqual([]);
  },
);
