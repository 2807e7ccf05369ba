import type { ChatPlatform } from "../../src/rooms/chat-platform.ts";

/** A platform that takes every reply and shows it to nobody; the members that a test is about are given. */
export function createQuietPlatform(
  platform: "slack" | "discord",
  members: Partial<ChatPlatform> = {},
): ChatPlatform {
  return {
    platform,
    traits: { needsOutbox: true, messageCharacters: 2000, mostParts: 5, signsPass: true },
    openReply: (_address, id) => ({
      show() {},
      finish: async () => [id],
      abandon() {},
      async retract() {},
    }),
    greet: () => () => undefined,
    showStatus() {},
    readFile: async () => Buffer.alloc(0),
    ask: async (_address, id) => id,
    async closeQuestion() {},
    tellAlone: async () => false,
    async tellPrivately() {},
    closedReason: async () => undefined,
    async leave() {},
    async close() {},
    ...members,
  };
}
