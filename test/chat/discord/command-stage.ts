import { expect } from "vitest";
import type { CommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import type { DiscordDouble, DiscordDoubleOptions } from "../../support/discord/discord-double.ts";
import { untilPasses } from "../../support/until.ts";
import { openDoorStage } from "./door-stage.ts";

/** Doors with a desk of their own each, or one that all share, once their commands are registered. */
export async function openCommandStage(options: DiscordDoubleOptions = {}, desks?: CommandDesk[]) {
  const stage = await openDoorStage(options);
  const desk = createMemoryDesk();
  const ingress = createMemoryIngress();
  for (const each of desks ?? [desk]) await stage.open(ingress, undefined, each);
  await untilPasses(() => expect(stage.double.commands()).not.toEqual([]));
  const where = { channel: stage.general, user: stage.ana };
  const list = { type: "command", name: "agent", subcommand: "list", ...where } as const;
  return { ...stage, desk, ingress, where, list };
}

/** What came of a command, once it is more than a sign that the bot is thinking. */
export function answered(double: DiscordDouble, asked: { id: string }) {
  return untilPasses(() => {
    const view = double.interaction(asked);
    expect(view.answeredWith).toBeDefined();
    expect(view.thinking).toBe(false);
    return view;
  });
}
