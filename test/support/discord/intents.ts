/** Gateway intent bits that the double tells apart. */
export const INTENTS = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  GUILD_MESSAGE_REACTIONS: 1 << 10,
  GUILD_MESSAGE_TYPING: 1 << 11,
  DIRECT_MESSAGES: 1 << 12,
  DIRECT_MESSAGE_REACTIONS: 1 << 13,
  DIRECT_MESSAGE_TYPING: 1 << 14,
  MESSAGE_CONTENT: 1 << 15,
  GUILD_WEBHOOKS: 1 << 5,
} as const;

/** Bits that an application must be granted in the developer portal; asking without is close code 4014. */
export const PRIVILEGED_INTENTS: number =
  INTENTS.GUILD_MEMBERS | INTENTS.GUILD_PRESENCES | INTENTS.MESSAGE_CONTENT;

/** Every bit that gateway v10 knows; others are close code 4013. */
export const KNOWN_INTENTS: number = 0b11_0011_0001_1111_1111_1111_1111;
