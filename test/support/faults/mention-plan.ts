/** What both platforms go through, in as many channels and by people of several scripts. */
export const MENTIONS_SURVIVED = { faults: [], mentions: 200, kills: 10, violations: [] };
export const MENTIONS_TIMEOUT_MS = 900_000;
export const CHANNELS = Array.from({ length: 20 }, (_, index) => `channel-${index}`);
export const PEOPLE = ["ana", "ben", "نور 🌸"];
