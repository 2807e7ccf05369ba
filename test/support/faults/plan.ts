/** What each size goes through: `kill -9` at random moments while people write in many rooms. */
export const PLAN = {
  rooms: 20,
  messagesPerRoom: 10,
  kills: 12,
  sendPauseMs: 3_000,
  killPauseMs: 1_500,
};
export const SURVIVED = { faults: [], messages: 200, kills: 12 };
export const KILLS_TIMEOUT_MS = 900_000;
