import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import type { Press } from "../../../src/rooms/platform/presses.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { untilPasses } from "../../support/until.ts";
import { openDoorStage } from "./door-stage.ts";

const GOOD = "troupe:feedback:good";

test("a button in a thread that was archived before the start is one of that thread's room", async () => {
  const { double, guild, general, ana, discord, register } = await openDoorStage();
  const thread = double.startThread({ channel: general, user: ana, name: "Old" }).id;
  const button = { type: 2, style: 2, label: "Good", custom_id: GOOD };
  const response = await fetch(`${double.api}/v10/channels/${thread}/messages`, {
    method: "POST",
    headers: { Authorization: `Bot ${double.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ content: "!", components: [{ type: 1, components: [button] }] }),
  });
  const { id: message } = (await response.json()) as { id: string };
  double.archiveThread({ thread });
  const pressed: Press[] = [];
  const presses = {
    press: async (press: Press) => {
      pressed.push(press);
      return { words: "Thanks." };
    },
    explain: async () => "",
  };
  const door = await startDiscordDoor({
    discord,
    ingress: createMemoryIngress(),
    desk: createMemoryDesk(),
    presses,
    register,
    log: silentLog,
  });
  onTestFinished(() => door.close());
  const press = { type: "button", channel: thread, user: ana, message, customId: GOOD } as const;
  const asked = double.interact(press);
  await untilPasses(() => expect(double.interaction(asked).original?.content).toBe("Thanks."));
  expect(pressed).toMatchObject([{ roomKey: `discord:${guild.id}.${general}:${thread}` }]);
});
