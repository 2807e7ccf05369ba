import { expect, onTestFinished, test } from "vitest";
import { systemClock as clock } from "../../../src/base/clock.ts";
import { newId } from "../../../src/base/ids.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { openDoorStage } from "./door-stage.ts";
import { untilPasses } from "../../support/until.ts";

/** A door that hears bots too, and an answer that an agent gave under its own name. */
async function openAnswered() {
  const stage = await openDoorStage();
  const { double, guild, general, ana } = stage;
  const ingress = createMemoryIngress();
  ingress.hearBots();
  await stage.open(ingress);
  const platform = createDiscordPlatform({
    botToken: double.token,
    apiUrl: double.api,
    register: createMemoryRegister(),
    clock,
    log,
  });
  onTestFinished(() => platform.close());
  ingress.setReplyPlace("room");
  const asked = stage.mention("what is new?");
  await untilPasses(() => expect(ingress.messages()).toHaveLength(1));
  const address = {
    workspace: guild.id,
    channel: general,
    replyTo: asked,
    person: ana,
    agent: { slug: "rex", name: "Rex" },
    persona: true,
  };
  const options = { resumed: false };
  const [answer = ""] = await platform.openReply(address, newId(), options).finish("Not much.");
  return { ...stage, ingress, answer };
}

test("what an agent says under its own name is the bot's own and not heard", async () => {
  const { double, ingress, mention, general } = await openAnswered();
  expect(double.visibleMessages({ channel: general }).at(-1)).toMatchObject({ author: "Rex" });
  mention("and else?");
  await untilPasses(() => expect(ingress.messages()).toHaveLength(2));
  expect(ingress.messages().map(({ text }) => text)).toEqual([
    "@troupe what is new?",
    "@troupe and else?",
  ]);
});

test("a reply to it speaks to the bot, and a thumb on it is feedback", async () => {
  const { double, ingress, answer, general, ana } = await openAnswered();
  double.say({ channel: general, user: ana, text: "really?", replyTo: answer });
  double.react({ channel: general, message: answer, user: ana, emoji: "👍" });
  await untilPasses(() => expect(ingress.feedback()).toMatchObject([{ externalId: answer }]));
  expect(ingress.messages().at(-1)).toMatchObject({ text: "really?", toBot: true });
});

test("a thumb on another bot's words is none of ours", async () => {
  const { double, guild, general, ana, ingress, answer } = await openAnswered();
  const robot = double.addUser({ name: "robot", bot: true, guilds: [guild.id] }).id;
  const { id } = double.say({ channel: general, user: robot, text: "beep" });
  double.react({ channel: general, message: id, user: ana, emoji: "👍" });
  double.react({ channel: general, message: answer, user: ana, emoji: "👎" });
  await untilPasses(() => expect(ingress.feedback()).toMatchObject([{ verdict: "bad" }]));
});
