import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { expireApprovals } from "../../../src/turns/approvals/expire-approvals.ts";
import { closeQuestions } from "../../../src/turns/approvals/close-question.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { HOUR_MS } from "../../support/approvals.ts";
import { type DiscordDouble, startDiscordDouble } from "../../support/discord/discord-double.ts";
import { openPlatformApp } from "../../support/platform-app.ts";
import { until } from "../../support/until.ts";

describe("buttons in Discord", () => {
  const resources = new AsyncDisposableStack();
  let double: DiscordDouble;
  let stage: Awaited<ReturnType<typeof openPlatformApp>>;
  let general: string;
  let ana: string;
  let ben: string;

  beforeAll(async () => {
    double = await startDiscordDouble();
    resources.defer(() => double.close());
    const guild = double.addGuild({ name: "Garden", channels: ["general"] });
    general = guild.channels["general"] ?? "";
    [ana = "", ben = ""] = ["Ana 🌸", "Ben"].map((globalName) => {
      const { id } = double.addUser({ name: globalName.slice(0, 3).toLowerCase(), globalName });
      double.addMember({ guild: guild.id, user: id });
      return id;
    });
    stage = await openPlatformApp(() =>
      createDiscordPlatform({
        botToken: double.token,
        apiUrl: double.api,
        register: createMemoryRegister(),
        clock: systemClock,
        log: silentLog,
      }),
    );
    resources.defer(() => stage.close());
    const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
    // Two processes with the same token.
    for (let process = 0; process < 2; process++) {
      const door = await startDiscordDoor({
        discord,
        ...stage.door,
        desk: createMemoryDesk(),
        register: createMemoryRegister(),
        log: silentLog,
      });
      resources.defer(() => door.close());
    }
  });
  afterAll(() => resources.disposeAsync());
  beforeEach(() => {
    stage.done.length = 0;
  });

  const messagesIn = (channel: string) => {
    try {
      return double
        .visibleMessages({ channel })
        .filter(({ authorId, system }) => authorId === double.botId && !system);
    } catch {
      return [];
    }
  };
  const buttonsOf = (message: ReturnType<typeof messagesIn>[number] | undefined) =>
    (message?.components ?? []).flatMap((row) =>
      "components" in row
        ? row.components.map((each) => ("custom_id" in each ? (each.custom_id ?? "") : ""))
        : [],
    );
  const press = (channel: string, message: string, user: string, customId: string) =>
    double.interact({ type: "button", channel, message, user, customId });
  const wordsFor = (id: string) => {
    const { answeredWith, original, followUps } = double.interaction({ id });
    const first = answeredWith === 4 && original ? [original] : [];
    return [...first, ...followUps].map(({ content }) => content);
  };

  /** Asks the poster, in a thread of its own or in the private channel given. */
  async function askToPublish(where = general) {
    stage.publishNext("Hello");
    const isDirect = where !== general;
    const mentions = isDirect ? {} : { mentions: [double.botId] };
    const asked = double.say({ channel: where, user: ana, text: "poster publish it", ...mentions });
    const thread = isDirect ? where : asked.id;
    await until(() => buttonsOf(messagesIn(thread).at(-1)).length === 2);
    const question = messagesIn(thread).at(-1);
    const [approve = "", decline = ""] = buttonsOf(question);
    return { thread, question, message: question?.id ?? "", approve, decline };
  }

  it("ask before it happens, refuse others ephemerally, and end with the requester's decision", async () => {
    const { thread, question, message, approve } = await askToPublish();
    expect(question?.content).toContain("May I post “Hello” on the board");
    const refused = press(thread, message, ben, approve).id;
    await until(() => wordsFor(refused).length > 0);
    expect(wordsFor(refused)).toEqual(["Only Ana 🌸 can decide this."]);
    expect(double.interaction({ id: refused }).followUps[0]?.ephemeral).toBe(true);
    expect(stage.done).toEqual([]);

    const approved = press(thread, message, ana, approve).id;
    await until(() => messagesIn(thread).some(({ content }) => content.includes("on the board.")));
    await until(() => buttonsOf(messagesIn(thread)[0]).length === 0);
    expect(double.interaction({ id: approved })).toMatchObject({ answeredWith: 6, failed: false });
    expect(messagesIn(thread).map(({ content }) => content)).toEqual([
      "✅ Ana 🌸 approved: post “Hello” on the board (publish)",
      expect.stringContaining("It is on the board."),
    ]);
    expect(stage.done).toHaveLength(1);
    expect(double.violations).toEqual([]);
  });

  it("work in private too, and a declined call is not made", async () => {
    const dm = double.openDm({ user: ana }).id;
    const { message, decline } = await askToPublish(dm);
    press(dm, message, ana, decline);
    await until(() => messagesIn(dm)[0]?.content.startsWith("🚫 Ana 🌸 declined") ?? false);
    await stage.untilAllEnded();
    expect(stage.done).toEqual([]);
  });

  it("end with an honest message where nobody decides in time", async () => {
    const { thread, message, approve } = await askToPublish();
    stage.app.clock.advance(HOUR_MS);
    const late = press(thread, message, ana, approve).id;
    await until(() => wordsFor(late).length > 0);
    expect(wordsFor(late)).toEqual(["This has expired. Ask the agent again."]);
    await expireApprovals(stage.app.scope);
    await closeQuestions(stage.app.scope);
    await until(() => messagesIn(thread).length === 2);
    expect(messagesIn(thread)[0]?.content).toContain("⌛ Nobody decided in time");
    expect(messagesIn(thread)[1]?.content).toContain("Nobody decided within an hour");
    expect(buttonsOf(messagesIn(thread)[0])).toEqual([]);
    expect(buttonsOf(messagesIn(thread)[1])).toEqual([]);
  });

  it("give a verdict on an answer and take it back", async () => {
    stage.app.model.respond(() => ({ text: "Thirty days." }));
    const { id: thread } = double.say({
      channel: general,
      user: ana,
      text: "how long?",
      mentions: [double.botId],
    });
    await until(() => buttonsOf(messagesIn(thread)[0]).length === 2);
    await stage.untilAllEnded();
    const [answer] = messagesIn(thread);
    const [good = ""] = buttonsOf(answer);
    const first = press(thread, answer?.id ?? "", ben, good).id;
    await until(() => wordsFor(first).length > 0);
    expect(await stage.verdicts()).toEqual([{ verdict: "good", name: "Ben" }]);
    const second = press(thread, answer?.id ?? "", ben, good).id;
    await until(() => wordsFor(second).length > 0);
    expect(wordsFor(second)).toEqual(["Taken back."]);
    expect(double.interaction({ id: second })).toMatchObject({ answeredWith: 4, ephemeral: true });
    expect(await stage.verdicts()).toEqual([]);
  });
});
