import { beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock as clock } from "../../../src/base/clock.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import type { MessageFile } from "../../../src/rooms/messages/message-file.ts";
import { statement } from "../../../src/store/sql.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { PNG } from "../../support/sample-files.ts";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";
import { untilPasses } from "../../support/until.ts";

const FILES = statement(
  "discord_test_files",
  `select m.files from message m join room r on r.id = m.room_id where r.key like $1 order by m.seq`,
);
const options = {
  messageId: "1",
  mostBytes: 1_000_000,
  signal: new AbortController().signal,
};

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

async function openStage() {
  const stage = await openDoorStage();
  await stage.open(rooms.ingress);
  const platformOn = (cdnUrl: string | undefined) => {
    const { token: botToken, api: apiUrl } = stage.double;
    const platform = createDiscordPlatform({
      botToken,
      apiUrl,
      cdnUrl,
      register: createMemoryRegister(),
      clock,
      log,
    });
    onTestFinished(() => platform.close());
    return platform;
  };
  const filesIn = async () => {
    const rows = await rooms.db.sql.rows<{ files: MessageFile[] | null }>(FILES, [
      `discord:${stage.guild.id}.%`,
    ]);
    return rows.map(({ files }) => files);
  };
  return { ...stage, platformOn, filesIn };
}

test("files of a message are stored with it, and read without the bot's token", async () => {
  const { double, general, ana, platformOn, filesIn } = await openStage();
  double.say({
    channel: general,
    user: ana,
    mentions: [double.botId],
    attachments: [
      { filename: "cat.png", contentType: "image/png", base64: PNG.toString("base64") },
    ],
  });
  await untilPasses(async () =>
    expect(await filesIn()).toMatchObject([
      [{ name: "cat.png", mimeType: "image/png", bytes: PNG.length }],
    ]),
  );
  const [[file] = []] = (await filesIn()) as MessageFile[][];
  const bytes = await platformOn(double.cdn).readFile("guild", file as MessageFile, options);
  expect(bytes.equals(PNG)).toBe(true);
  expect(double.downloads).toHaveLength(1);
  expect(double.downloads[0]?.headers.authorization).toBeUndefined();
});

test("files are read from Discord's own hosts alone", async () => {
  const { double, platformOn } = await openStage();
  const file = { id: "1", name: "cat.png", url: `${double.cdn}/attachments/1/2/cat.png` };
  const refused = { code: "INVALID" };
  await expect(platformOn(undefined).readFile("g", file, options)).rejects.toMatchObject(refused);
  const elsewhere = { ...file, url: "http://169.254.169.254/latest/meta-data" };
  await expect(platformOn(double.cdn).readFile("g", elsewhere, options)).rejects.toMatchObject(
    refused,
  );
  expect(double.downloads).toEqual([]);
});

test("a message without files stores none, and one whose files are taken away loses them", async () => {
  const { double, general, ana, mention, filesIn } = await openStage();
  mention("nothing here");
  const attachments = [{ filename: "a.txt", contentType: "text/plain", text: "a" }];
  const mentions = [double.botId];
  const { id } = double.say({ channel: general, user: ana, mentions, text: "x", attachments });
  await untilPasses(async () => expect(await filesIn()).toMatchObject([null, [{ name: "a.txt" }]]));
  double.remove({ channel: general, messages: [id] });
  await untilPasses(async () => expect(await filesIn()).toEqual([null, null]));
});
