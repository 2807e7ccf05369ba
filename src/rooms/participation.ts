/**
 * How an agent takes part in a room: it answers when it is mentioned, always, never but remembers
 * (`listen` answers mentions too), or not at all.
 */
export const MODES = ["mention", "always", "listen", "off"] as const;
export type Mode = (typeof MODES)[number];

/** Where a mention is answered: in a thread of its own, or in the room itself. */
export const REPLY_PLACES = ["thread", "room"] as const;
