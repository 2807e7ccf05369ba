import { systemClock as clock } from "../../src/base/clock.ts";
import { silentLog as log } from "../../src/base/log.ts";
import { createSlackPlatform } from "../../src/chat/slack/slack-platform.ts";
import { createSlackTeams } from "../../src/chat/slack/api/slack-teams.ts";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import { createMemoryRegister } from "../fakes/memory-register.ts";

/** Slack for replies, with the token of one workspace. */
export function openSlackPlatform(slack: { botToken: string; apiUrl: string }): ChatPlatform {
  const teams = createSlackTeams({ slack, register: createMemoryRegister(), clock, log });
  return createSlackPlatform({ teams, clock, log });
}
